/*
 * tspod - enters the user's namespaces, then becomes Node with the command (../lib/tspod/main.cjs)
 *
 * Node can't enter them itself: it has threads, and a process with threads may not enter a user namespace
 * (setns(2), EINVAL).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "common/trace.h"
#include "launcher/become-node.h"
#include "launcher/die.h"
#include "launcher/environment.h"
#include "launcher/home-directory.h"
#include "launcher/id-map.h"
#include "launcher/ignored-signals.h"
#include "launcher/make-keeper.h"
#include "launcher/namespace.h"
#include "launcher/running-containers.h"
#include "launcher/runtime-directory.h"
#include "launcher/text.h"
#include "launcher/traced.h"
#include "protocol.h"

#define MORE_VARIABLES 10

/*
 * Where the caller has closed stdin, stdout or stderr, /dev/null takes the number: otherwise the next file
 * that we open would become the command's stdin, stdout or stderr.
 */
static void
open_standard_descriptors (void)
{
  for (int fd = 0; fd < 3; fd++)
    if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", O_RDWR) < 0)
      die_errno ("opening /dev/null");
}

/*
 * Finds the directory by the program's own path with symlinks resolved, so that dist may lie anywhere and
 * be linked to.
 */
static char *
library_directory (void)
{
  char program[PATH_MAX];
  ssize_t length = readlink ("/proc/self/exe", program, sizeof program - 1);
  if (length < 0)
    die_errno ("finding tspod's own place by /proc/self/exe (is /proc mounted?)");
  program[length] = '\0';
  for (int up = 0; up < 2; up++) /* …/bin/tspod */
    {
      char *slash = strrchr (program, '/');
      if (slash)
        *slash = '\0';
    }
  return format_text ("%s/lib/tspod", program);
}

/*
 * Help, version and completion give the same answer to every user, and must work where no namespace can be
 * had; the doctor says why none can be had. Compose becomes a program of the user's own.
 */
static bool
needs_namespaces (const char *command)
{
  static const char *const without[] = { "--help", "-h",         "help",       "version", "--version",
                                         "-v",     "completion", "__complete", "doctor",  "compose" };
  if (!command)
    return false;
  for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
    if (strcmp (command, without[i]) == 0)
      return false;
  return true;
}

/*
 * systemd calls its generators at every start of a manager, before anything is there that containers need,
 * and waits for them.
 */
static bool
is_generator (const char *name)
{
  static const char suffix[] = "-generator", podmans[] = "quadlet";
  const char *slash = strrchr (name, '/');
  size_t length = strlen (name);
  if (strcmp (slash ? slash + 1 : name, podmans) == 0)
    return true;
  return length >= sizeof suffix && strcmp (name + length - (sizeof suffix - 1), suffix) == 0;
}

/*
 * Returns whether the command is `mount` or its kin, also behind `image`, `container` or `volume`: in
 * "tspod unshare" its mounts are to stay for the shell. The words before it may be global flags and their
 * values. A word that is taken for the command by mistake only leaves a call without a mount namespace of
 * its own.
 */
static bool
works_on_mounts (char **argv)
{
  bool after_flag = false;
  for (char **word = argv + 1; *word; word++)
    {
      if (strcmp (*word, "mount") == 0 || strcmp (*word, "umount") == 0 || strcmp (*word, "unmount") == 0)
        return true;
      if (**word != '-' && !after_flag && strcmp (*word, "image") != 0 && strcmp (*word, "container") != 0
          && strcmp (*word, "volume") != 0)
        return false;
      after_flag = **word == '-' && !strchr (*word, '=');
    }
  return false;
}

static char *
runtime_directory (unsigned long id)
{
  struct runtime_roots roots = { .xdg = getenv ("XDG_RUNTIME_DIR"), .run = "/run/user", .tmp = "/tmp" };
  char path[PATH_MAX], reason[PATH_MAX + 256];
  choose_runtime_directory (&roots, geteuid (), id, path);
  if (!ensure_runtime_directory (path, geteuid (), reason, sizeof reason))
    die ("%s", reason);
  return format_text ("%s", path);
}

static int
open_lock (const char *path, int flags)
{
  int fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | flags, 0600);
  if (fd < 0)
    die_errno ("opening \"%s\"", path);
  return fd;
}

static void
lock (int fd, int operation, const char *path)
{
  while (flock (fd, operation) < 0)
    if (errno != EINTR)
      die_errno ("locking \"%s\"", path);
}

/*
 * Returns the keeper's namespace; -1 where there is no keeper. A keeper that lives but can't be asked is
 * not replaced, since containers may live in its namespace.
 */
static int
living_keeper (const char *pid_file)
{
  int fd = keeper_namespace (pid_file);
  if (fd < 0 && (errno == EACCES || errno == EPERM))
    die (LEAVE_NAMESPACE_FIRST);
  return fd;
}

static int
found_or_made_namespace (const char *runtime, const struct keeper_files *files, const struct trace *trace)
{
  int64_t began = trace_now ();
  char *lock_path = format_text ("%s/keeper.lock", runtime);
  int lock_fd = open_lock (lock_path, O_CLOEXEC);
  lock (lock_fd, LOCK_EX, lock_path);
  int namespace_fd = living_keeper (files->pid_file);
  if (namespace_fd < 0)
    {
      /* A keeper that was killed may have left containers: their namespace gets a new keeper. */
      namespace_fd = running_containers_namespace (runtime);
      if (namespace_fd >= 0)
        enter_user_namespace (namespace_fd);
      int made = make_keeper (files, namespace_fd < 0 && !is_namespace_root ());
      if (namespace_fd >= 0)
        close (namespace_fd);
      namespace_fd = made;
    }
  close (lock_fd);
  trace_phase (trace, "keeper", began);
  return namespace_fd;
}

static char *
user_manager (void)
{
  const char *directory = getenv ("XDG_RUNTIME_DIR");
  return directory ? format_text ("%s/systemd/private", directory) : NULL;
}

struct joined
{
  int live;           /* the descriptor with the shared lock that keeps the keeper */
  bool caller_mounts; /* the mount namespace is the caller's own */
};

/* Joins or makes the namespaces. */
static struct joined
join (const char *runtime, const char *library, char **argv, const struct trace *trace)
{
  struct keeper_files files = {
    .program = format_text ("%s/tspod-keeper", library),
    .live_lock = format_text ("%s/live.lock", runtime),
    .pid_file = format_text ("%s/keeper.pid", runtime),
    .manager = user_manager (),
  };
  /* inherited by the command, and by the monitors that it starts */
  int live = open_lock (files.live_lock, 0);

  lock (live, LOCK_SH, files.live_lock);
  int namespace_fd = living_keeper (files.pid_file);
  if (namespace_fd < 0)
    namespace_fd = found_or_made_namespace (runtime, &files, trace);
  struct joined joined = { .live = live,
                           .caller_mounts = in_user_namespace (namespace_fd) && works_on_mounts (argv) };
  enter_user_namespace (namespace_fd);
  if (!joined.caller_mounts)
    make_mount_namespace ();
  close (namespace_fd);
  return joined;
}

/*
 * Sets HOME to the user's home where the caller has none: the store and most settings are below it, and
 * Node would otherwise use that of root, which the command is inside the namespace.
 */
static void
add_home (struct environment *environment, uid_t uid)
{
  const char *given = getenv ("HOME");
  char home[PATH_MAX];
  if ((!given || *given == '\0') && find_home_directory ("/etc/passwd", uid, home, sizeof home))
    add_to_environment (environment, format_text ("HOME=%s", home));
}

static void
prepare (struct environment *environment, int argc, char **argv, const char *library,
         const struct trace *trace)
{
  if (!needs_namespaces (argc > 1 && !is_generator (argv[0]) ? argv[1] : NULL))
    {
      /* A generator of the system's manager has no HOME. */
      add_home (environment, (uid_t) id_outside ("/proc/self/uid_map", geteuid ()));
      add_to_environment (environment, format_text (ENV_NO_USERNS "=1"));
      return;
    }
  unsigned long uid = id_outside ("/proc/self/uid_map", geteuid ());
  unsigned long gid = id_outside ("/proc/self/gid_map", getegid ());
  char *runtime = runtime_directory (uid);
  int64_t began = trace_now ();
  struct joined joined = join (runtime, library, argv, trace);

  trace_phase (trace, "join the namespaces", began);

  add_home (environment, (uid_t) uid);
  add_to_environment (environment, format_text (ENV_RUNTIME_DIR "=%s", runtime));
  add_to_environment (environment, format_text (ENV_UID "=%lu", uid));
  add_to_environment (environment, format_text (ENV_GID "=%lu", gid));
  add_to_environment (environment, format_text (ENV_LIVE_FD "=%d", joined.live));
  if (joined.caller_mounts)
    add_to_environment (environment, format_text (ENV_CALLER_MOUNTS "=1"));
}

int
main (int argc, char **argv, char **environ_entries)
{
  int64_t began = trace_now ();
  open_standard_descriptors ();
  char *traced = trace_file (argv);
  struct trace trace = trace_open (traced);
  if (traced && trace.fd < 0)
    {
      if (errno == ELOOP || errno == ENXIO || errno == EISDIR)
        die ("the trace \"%s\" is no regular file: give another one, or one that is to be made", traced);
      die_errno ("opening the file \"%s\" for the trace", traced);
    }
  trace_name (&trace, "tspod");
  trace_begin (&trace, "tspod", began);
  char *library = library_directory ();
  struct environment environment = copy_environment (environ_entries, MORE_VARIABLES);

  if (argc > 0)
    add_to_environment (&environment, format_text (ENV_ARGV0 "=%s", argv[0]));
  note_ignored_signals (&environment);
  prepare (&environment, argc, argv, library, &trace);
  trace_phase (&trace, "launcher", began);
  if (traced)
    add_to_environment (&environment,
                        format_text (ENV_TRACE "=%" PRId64 " %ju:%ju %s", trace_now (),
                                     (uintmax_t) trace.device, (uintmax_t) trace.inode, traced));
  become_node (argc, argv, library, &environment);
}

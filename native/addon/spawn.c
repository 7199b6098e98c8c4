/* spawn.c - starts a child with exactly the given descriptors, without libuv's handles on it */
#include "addon/functions.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "addon/held-signals.h"

#define MAX_FDS 64

/*
 * A list of strings comes as one run of NUL-terminated texts: one crossing of the JavaScript border instead
 * of one for each. The result points into `packed`, and ends with NULL; the caller frees it.
 */
static char **
unpack_strings (char *packed, size_t size)
{
  size_t count = 0;
  for (size_t i = 0; i < size; i++)
    count += packed[i] == '\0';

  char **strings = calloc (count + 1, sizeof *strings);
  if (!strings)
    return NULL;
  for (size_t i = 0; i < count; i++, packed += strlen (packed) + 1)
    strings[i] = packed;
  return strings;
}

/*
 * posix_spawn() carries out its actions one after the other, so that fds[0] = 1, fds[1] = 0 would lose one
 * of the two. The sources are first copied out of the way, here in the parent, close-on-exec.
 */
static int
map_fds (posix_spawn_file_actions_t *actions, const int *fds, int *copies, size_t count)
{
  for (size_t i = 0; i < count; i++)
    {
      int error;
      if (fds[i] < 0)
        error = posix_spawn_file_actions_addopen (actions, (int) i, "/dev/null", O_RDWR, 0);
      else
        {
          /* no further than is needed: the caller's limit of descriptors may be low */
          copies[i] = fcntl (fds[i], F_DUPFD_CLOEXEC, (int) count);
          if (copies[i] < 0)
            return errno;
          error = posix_spawn_file_actions_adddup2 (actions, copies[i], (int) i);
        }
      if (error != 0)
        return error;
    }
  return posix_spawn_file_actions_addclosefrom_np (actions, (int) count);
}

/* The child starts as a shell's child does: no signal is ignored (Node ignores SIGPIPE) or blocked. */
static int
set_attributes (posix_spawnattr_t *attributes, int new_session)
{
  sigset_t all, none;
  int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (new_session ? POSIX_SPAWN_SETSID : 0);
  sigfillset (&all);
  sigemptyset (&none);
  int error = posix_spawnattr_setsigdefault (attributes, &all);
  if (error == 0)
    error = posix_spawnattr_setsigmask (attributes, &none);
  if (error == 0)
    error = posix_spawnattr_setflags (attributes, (short) flags);
  return error;
}

struct request
{
  const char *file, *directory;
  char **argv, **envp;
  const int *fds;
  size_t fd_count;
  int new_session;
};

static int64_t
spawn_request (const struct request *request)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int copies[MAX_FDS];
  pid_t pid = -1;
  memset (copies, -1, sizeof copies);
  posix_spawn_file_actions_init (&actions);
  posix_spawnattr_init (&attributes);

  int error = *request->directory ? posix_spawn_file_actions_addchdir_np (&actions, request->directory) : 0;
  if (error == 0)
    error = map_fds (&actions, request->fds, copies, request->fd_count);
  if (error == 0)
    error = set_attributes (&attributes, request->new_session);
  if (error == 0)
    error = posix_spawn (&pid, request->file, &actions, &attributes, request->argv, request->envp);

  for (size_t i = 0; i < request->fd_count; i++)
    if (copies[i] >= 0)
      close (copies[i]);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return error != 0 ? -error : pid;
}

static char *
copy_bytes (struct bytes bytes)
{
  char *copy = malloc (bytes.size + 1);
  if (copy)
    {
      memcpy (copy, bytes.data, bytes.size);
      copy[bytes.size] = '\0';
    }
  return copy;
}

/*
 * spawn (file, directory, argv, env, fds: Int32Array, newSession): the child's pid; a failed exec is its
 * errno
 */
static napi_value
spawn_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char file[PATH_MAX], directory[PATH_MAX];
  size_t fd_count = 0;
  void *fds = NULL;

  call_path (&call, 0, file);
  call_path (&call, 1, directory);
  struct bytes argv = call_bytes (&call, 2);
  struct bytes envp = call_bytes (&call, 3);
  int new_session = call_int (&call, 5);
  if (napi_get_typedarray_info (env, call.arguments[4], NULL, &fd_count, &fds, NULL, NULL) != napi_ok
      || fd_count > MAX_FDS)
    call.failure = -EINVAL;
  if (call.failure != 0)
    return number_result (env, call.failure);

  char *packed_argv = copy_bytes (argv), *packed_envp = copy_bytes (envp);
  struct request request = {
    .file = file,
    .directory = directory,
    .argv = packed_argv ? unpack_strings (packed_argv, argv.size) : NULL,
    .envp = packed_envp ? unpack_strings (packed_envp, envp.size) : NULL,
    .fds = fds,
    .fd_count = fd_count,
    .new_session = new_session,
  };
  int64_t result = request.argv && request.envp ? spawn_request (&request) : -ENOMEM;

  free (request.argv);
  free (request.envp);
  free (packed_argv);
  free (packed_envp);
  return number_result (env, result);
}

/*
 * execve (file, argv, env): returns only with an errno. process.execve() takes Node down first, which takes
 * 3 ms; the kernel does all of it anyway.
 */
static napi_value
execve_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  struct sigaction standard = { .sa_handler = SIG_DFL }, pipes, sizes;
  char file[PATH_MAX];
  sigset_t mask;
  call_path (&call, 0, file);
  struct bytes argv = call_bytes (&call, 1);
  struct bytes envp = call_bytes (&call, 2);
  if (call.failure != 0)
    return number_result (env, call.failure);

  char *packed_argv = copy_bytes (argv), *packed_envp = copy_bytes (envp);
  char **words = packed_argv ? unpack_strings (packed_argv, argv.size) : NULL;
  char **variables = packed_envp ? unpack_strings (packed_envp, envp.size) : NULL;
  int error = ENOMEM;
  if (words && variables)
    {
      sigaction (SIGPIPE, &standard, &pipes); /* Node ignores these two, and ignored signals are inherited */
      sigaction (SIGXFSZ, &standard, &sizes);
      for (int fd = 0; fd < 3; fd++) /* Node has made them close-on-exec */
        fcntl (fd, F_SETFD, 0);
      leave_held_signals (&mask);
      execve (file, words, variables);
      error = errno;
      pthread_sigmask (SIG_SETMASK, &mask, NULL);
      sigaction (SIGPIPE, &pipes, NULL);
      sigaction (SIGXFSZ, &sizes, NULL);
    }
  free (words);
  free (variables);
  free (packed_argv);
  free (packed_envp);
  return number_result (env, -error);
}

const struct function SPAWN_FUNCTIONS[] = {
  { .name = "spawn", .callback = spawn_call },
  { .name = "execve", .callback = execve_call },
  { 0 },
};

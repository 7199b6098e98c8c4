#include "launcher/make-keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/process-identity.h"
#include "launcher/diagnose.h"
#include "launcher/die.h"
#include "launcher/map-ids.h"
#include "launcher/namespace.h"
#include "launcher/text.h"

/*
 * The keeper to be says first that it has its namespace, then, only where that happens, why it could not be
 * executed.
 */
struct answer
{
  pid_t pid;
  int error;
};

struct candidate
{
  pid_t pid;
  int answers; /* the read end of its answers; its exec closes the other */
  int go;      /* the write end: one byte lets it go on; if the launcher dies instead, it ends */
};

static void
answer (int fd, int error)
{
  struct answer text = { .pid = getpid (), .error = error };
  if (write (fd, &text, sizeof text) < 0)
    _exit (1);
}

static void
run_candidate (const struct keeper_files *files, bool new_namespace, int answers, int go)
{
  char byte;
  setsid (); /* a ctrl-C in the terminal is meant for the command */
  if (new_namespace && unshare (CLONE_NEWUSER) < 0)
    {
      answer (answers, errno);
      _exit (1);
    }
  answer (answers, 0);
  /*
   * The launcher writes the maps and the pid file before it sends the byte: if it is killed before that, no
   * keeper remains.
   */
  if (read (go, &byte, 1) != 1)
    _exit (1);
  /* the keeper lives long, and gets no secret out of this call's environment */
  static char *const nothing[] = { NULL };
  execle (files->program, "tspod-keeper", files->live_lock, files->pid_file, files->manager, (char *) NULL,
          nothing);
  answer (answers, errno);
  _exit (1);
}

/*
 * Forks twice: the command that this launcher becomes must not be the keeper's parent, and get its SIGCHLD.
 */
static void
fork_candidate (const struct keeper_files *files, bool new_namespace, int answers[2], int go[2])
{
  pid_t between = fork ();
  if (between < 0)
    die_errno ("starting tspod-keeper");
  if (between == 0)
    {
      pid_t pid = fork ();
      if (pid != 0)
        _exit (pid < 0);
      close (answers[0]);
      close (go[1]);
      run_candidate (files, new_namespace, answers[1], go[0]);
    }
  close (answers[1]);
  close (go[0]);
  while (waitpid (between, NULL, 0) < 0 && errno == EINTR)
    continue;
}

static struct candidate
start_candidate (const struct keeper_files *files, bool new_namespace)
{
  int answers[2], go[2];
  struct answer first;
  char reason[512];
  if (pipe2 (answers, O_CLOEXEC) < 0 || pipe2 (go, O_CLOEXEC) < 0)
    die_errno ("making a pipe");
  fork_candidate (files, new_namespace, answers, go);
  if (read (answers[0], &first, sizeof first) != sizeof first)
    die ("starting tspod-keeper: it ended too early");
  if (first.error != 0)
    {
      diagnose_user_namespaces ("/proc/sys", "making a user namespace", first.error, reason, sizeof reason);
      die ("%s" SEE_DOCTOR, reason);
    }
  return (struct candidate) { .pid = first.pid, .answers = answers[0], .go = go[1] };
}

/* The caller holds keeper.lock, so one name beside the file is enough. */
static void
write_pid_file (const char *path, pid_t pid)
{
  char *beside = format_text ("%s.new", path),
       *text = format_text ("%d %llu\n", (int) pid, process_start_time (pid));
  autoclose int fd = open (beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 || write (fd, text, strlen (text)) != (ssize_t) strlen (text) || rename (beside, path) < 0)
    die_errno ("writing \"%s\"", path);
}

static void
let_go (const struct keeper_files *files, struct candidate *candidate)
{
  struct answer failure;
  if (write (candidate->go, "g", 1) != 1)
    die_errno ("starting tspod-keeper");
  close (candidate->go);
  /* Only the end of the pipe, which the exec has closed, means success. */
  if (read (candidate->answers, &failure, sizeof failure) != sizeof failure)
    {
      close (candidate->answers);
      return;
    }
  unlink (files->pid_file);
  errno = failure.error;
  die_not_executed (files->program);
}

int
make_keeper (const struct keeper_files *files, bool new_namespace)
{
  struct sigaction standard = { .sa_handler = SIG_DFL }, callers;
  sigaction (SIGCHLD, &standard, &callers); /* where SIGCHLD is ignored, no child can be waited for */
  struct candidate candidate = start_candidate (files, new_namespace);
  if (new_namespace)
    map_ids (candidate.pid);

  int namespace_fd = open_user_namespace (candidate.pid, process_start_time (candidate.pid));
  if (namespace_fd < 0)
    die_errno ("opening the new user namespace");
  write_pid_file (files->pid_file, candidate.pid);
  let_go (files, &candidate);
  sigaction (SIGCHLD, &callers, NULL);
  return namespace_fd;
}

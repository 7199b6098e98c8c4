#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "network/holder.h"

/* It keeps its sockets, and nothing else of ours: the shared namespace above all. */
static _Noreturn void
become_names (const struct holder *holder, int control)
{
  const struct names_sockets *shared = &holder->shared.sockets;
  const int ours[] = { control, shared->datagram[0], shared->datagram[1], shared->stream[0],
                       shared->stream[1] };
  const int count = sizeof ours / sizeof *ours;
  int moved[sizeof ours / sizeof *ours];
  sigset_t none;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  prctl (PR_SET_NAME, "tspod-names");
  for (int i = 0; i < count; i++)
    moved[i] = fcntl (ours[i], F_DUPFD, 64);
  for (int i = 0; i < count; i++)
    if (dup2 (moved[i], 3 + i) < 0)
      _exit (1);
  close_range (3 + (unsigned) count, ~0U, 0);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  signal (SIGPIPE, SIG_IGN);
  names_serve (3, &(struct names_sockets) { .datagram = { 4, 5 }, .stream = { 6, 7 } });
}

int
names_start (struct holder *holder)
{
  int ends[2];
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return -1;
  close_descriptor (&holder->names_fd);
  autoclose int ours = ends[0], theirs = ends[1];
  pid_t pid = fork ();
  if (pid == 0)
    become_names (holder, theirs);
  if (pid < 0)
    return -1;
  holder->names_pid = pid;
  holder->names_fd = take_fd (&ours);
  zone_publish (holder);
  return 0;
}

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/packet.h"
#include "network/holder.h"
#include "network/ports.h"

#define PATIENCE_S 2 /* with a process that only moves bytes */

/* A `forward` record's words. */
enum
{
  ADDRESS = 4,
  PORT,
};

static _Noreturn void
become_ports (const struct holder *holder, int control)
{
  sigset_t none;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  prctl (PR_SET_NAME, "tspod-ports");
  int ours[] = { fcntl (control, F_DUPFD, 64), fcntl (holder->shared.fd, F_DUPFD, 64) };
  for (int i = 0; i < 2; i++)
    if (ours[i] < 0 || dup2 (ours[i], 3 + i) < 0)
      _exit (1);
  close_range (5, ~0U, 0);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  signal (SIGPIPE, SIG_IGN);
  ports_serve (3, 4);
}

static void
hand_over (const struct holder *holder, const struct record *record)
{
  char number[32];
  snprintf (number, sizeof number, "%ld", record->forward);
  packet_send (holder->ports.control_fd,
               (char *[]) { "add", number, record->words[ADDRESS], record->words[PORT], NULL },
               record->listen_fd);
}

static int
start (struct holder *holder)
{
  const struct timeval patience = { .tv_sec = PATIENCE_S };
  int ends[2];
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return -1;
  close_descriptor (&holder->ports.control_fd);
  autoclose int ours = ends[0], theirs = ends[1];
  if (setsockopt (ours, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0)
    return -1;
  holder->ports.pid = fork ();
  if (holder->ports.pid == 0)
    become_ports (holder, theirs);
  if (holder->ports.pid < 0)
    {
      holder->ports.pid = 0;
      return -1;
    }
  holder->ports.control_fd = take_fd (&ours);
  return 0;
}

int
ports_add (struct holder *holder, struct record *record, int listening)
{
  if (ports_revive (holder) < 0 || (!holder->ports.pid && start (holder) < 0))
    {
      int error = errno;
      close (listening);
      errno = error;
      return -1;
    }
  record->listen_fd = listening;
  record->forward = ++holder->ports.last;
  hand_over (holder, record);
  return 0;
}

/* When this returns the port is free: the next container may have it. */
void
ports_drop (struct holder *holder, struct record *record)
{
  struct packet done;
  char number[32];
  snprintf (number, sizeof number, "%ld", record->forward);
  if (packet_send (holder->ports.control_fd, (char *[]) { "drop", number, NULL }, -1) == 0
      && packet_receive (holder->ports.control_fd, &done) > 0)
    packet_free (&done);
  close_descriptor (&record->listen_fd);
  record->forward = -1;
}

static void
hand_over_all (const struct holder *holder)
{
  for (const struct member *member = holder->members; member; member = member->next)
    for (size_t i = 0; i < member->active.count; i++)
      if (member->active.list[i].listen_fd >= 0)
        hand_over (holder, &member->active.list[i]);
}

static bool
is_needed (const struct holder *holder)
{
  for (const struct member *member = holder->members; member; member = member->next)
    for (size_t i = 0; i < member->active.count; i++)
      if (member->active.list[i].listen_fd >= 0)
        return true;
  return false;
}

/* The ports stayed bound: clients that came meanwhile have waited. */
int
ports_revive (struct holder *holder)
{
  if (holder->ports.pid || !is_needed (holder))
    return 0;
  if (start (holder) < 0)
    return -1;
  hand_over_all (holder);
  return 0;
}

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "network/forward-words.h"
#include "network/holder.h"
#include "network/relay.h"

/* Descriptors that are kept move there. */
#define FIRST_KEPT 512

static size_t
open_relays (const struct holder *holder, struct relay *relays)
{
  size_t count = 0;
  for (const struct member *member = holder->members; member; member = member->next)
    for (size_t i = 0; i < member->active.count && count < RELAYS_MAX; i++)
      {
        const struct record *record = &member->active.list[i];
        char *const *words = record->words;
        if (record->forward >= 0)
          count += relay_open (&relays[count], words[PROTOCOL], words[HOST_ADDRESS], words[HOST_PORT],
                               words[ADDRESS], words[PORT]);
      }
  return count;
}

static _Noreturn void
become_relay (const struct holder *holder, struct relay *relays, size_t count, pid_t parent)
{
  sigset_t none;
  int namespace = fcntl (holder->shared.fd, F_DUPFD_CLOEXEC, FIRST_KEPT);
  for (const struct member *member = holder->members; member; member = member->next)
    close (member->fd);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != parent)
    _exit (0); /* the holder was killed before we asked to hear of it */
  prctl (PR_SET_NAME, "tspod-relay");
  for (size_t i = 0; i < count; i++)
    relays[i].fd = fcntl (relays[i].fd, F_DUPFD_CLOEXEC, FIRST_KEPT);
  for (size_t i = 0; i < count; i++)
    relays[i].fd = dup2 (relays[i].fd, 4 + (int) i);
  namespace = dup2 (namespace, 3);
  /* ports that others serve, above all: they would stay taken */
  close_range (4 + (unsigned) count, ~0U, 0);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  signal (SIGPIPE, SIG_IGN);
  relay_serve (namespace, relays, count);
}

/*
 * One process for all: it is made anew when ports come or go, which costs a client of the loopback a packet
 * at most.
 */
void
relay_restart (struct holder *holder)
{
  static struct relay relays[RELAYS_MAX];
  if (holder->relay_pid)
    kill (holder->relay_pid, SIGKILL);
  holder->relay_pid = 0;
  size_t count = holder->slirp.ready ? open_relays (holder, relays) : 0;
  pid_t self = getpid (), pid = count ? fork () : 0;
  if (count && pid == 0)
    become_relay (holder, relays, count, self);
  holder->relay_pid = pid > 0 ? pid : 0;
  holder->relay_missing = pid < 0;
  for (size_t i = 0; i < count; i++)
    close_descriptor (&relays[i].fd);
}

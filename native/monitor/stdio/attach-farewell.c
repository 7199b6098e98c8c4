#include "monitor/stdio/attach-farewell.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "monitor/stdio/attach-owed.h"
#include "monitor/stdio/own-stdio.h"

/* Clients beyond these lose what they are owed. */
#define SLOW_MAX 256

struct slow
{
  struct client *clients[SLOW_MAX];
  size_t count;
};

/*
 * Forks a child of our parent's instead of ours: the monitor waits for the end of all its children, and
 * ends them.
 */
static pid_t
fork_sibling (void)
{
  return (pid_t) syscall (SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
}

static struct slow
find_slow (const struct monitor *m)
{
  struct slow slow = { .count = 0 };
  for (struct client *client = m->attach.clients; client && slow.count < SLOW_MAX; client = client->next)
    if (client->owed)
      slow.clients[slow.count++] = client;
  return slow;
}

/* Returns the lowest descriptor of the slow clients from FROM on; -1: there is none. */
static int
next_descriptor (const struct slow *slow, int from)
{
  int next = -1;
  for (size_t i = 0; i < slow->count; i++)
    {
      int fd = slow->clients[i]->fd;
      if (fd >= from && (next < 0 || fd < next))
        next = fd;
    }
  return next;
}

/*
 * Closes all but the clients' sockets: the monitor's locks, pipes and directories are to be free when the
 * monitor closes them.
 */
static void
keep_only_sockets (const struct slow *slow)
{
  int from = STDERR_FILENO + 1;
  leave_stdio ();
  for (int fd; (fd = next_descriptor (slow, from)) >= 0; from = fd + 1)
    if (fd > from)
      close_range ((unsigned) from, (unsigned) fd - 1, 0);
  close_range ((unsigned) from, ~0U, 0);
}

static void
take_default_signals (void)
{
  sigset_t none;
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
}

/* Reads and drops what the client still sends. Returns whether the client is gone. */
static bool
is_gone (int fd)
{
  char byte;
  ssize_t n;
  while ((n = recv (fd, &byte, 1, MSG_DONTWAIT)) > 0)
    ;
  return n == 0;
}

static void
serve (struct slow *slow, const struct pollfd *fds)
{
  size_t left = 0;
  for (size_t i = 0; i < slow->count; i++)
    {
      struct client *client = slow->clients[i];
      if (fds[i].revents & POLLOUT)
        owed_send (client);
      if (!client->owed || fds[i].revents & (POLLHUP | POLLERR)
          || (fds[i].revents & POLLIN && is_gone (client->fd)))
        close (client->fd);
      else
        slow->clients[left++] = client;
    }
  slow->count = left;
}

static _Noreturn void
say_farewell (struct slow *slow)
{
  struct pollfd fds[SLOW_MAX];
  keep_only_sockets (slow);
  take_default_signals ();
  while (slow->count > 0)
    {
      for (size_t i = 0; i < slow->count; i++)
        fds[i] = (struct pollfd) { .fd = slow->clients[i]->fd, .events = POLLIN | POLLOUT };
      if (poll (fds, slow->count, -1) > 0)
        serve (slow, fds);
    }
  _exit (0);
}

void
attach_leave_to_farewell (struct monitor *m)
{
  struct slow slow = find_slow (m);
  pid_t pid = fork_sibling ();
  if (pid == 0)
    say_farewell (&slow);
  if (pid < 0)
    warn_and_go_on (m, "serving slow clients");
}

/*
 * tspod-network DIRECTORY MANAGER SLIRP4NETNS... - holds the network namespace that all containers of a user
 * with networks of names share; see common/network-holder.h for who comes and how.
 *
 * Descriptor 3: the namespace to go on with, where there is one (anything else: /dev/null). 4: gets a byte
 * when members can come. 5: has the flock that keeps the user namespace. MANAGER is the socket of the user's
 * systemd: a holder that is made in a service leaves that for a scope of its own. SLIRP4NETNS...: the program
 * and its options.
 *
 * `enter` in the place of DIRECTORY: see enter.h; `relay`: relay.h.
 *
 * It has two children: slirp4netns, and the name server (names.h), which reads what containers send. One that
 * dies is started again. It leaves some seconds after the last user, when nobody shares users.lock.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/systemd-scope.h"
#include "common/unix-socket.h"
#include "network/enter.h"
#include "network/holder.h"
#include "network/relay.h"

#define GIVEN_FD 3
#define READY_FD 4
#define LIVE_FD 5
#define LOOK_AGAIN_MS 1000
#define REVIVE_MS 100
#define END_TRIES 400 /* of 5 ms */
#define MEMBERS_MAX 4096

enum slot
{
  SLOT_SIGNAL,
  SLOT_LISTEN,
  SLOT_WATCH,
  SLOT_READY,
  SLOT_MEMBERS,
};

static void
detach (void)
{
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; fd++)
    dup2 (null, fd);
  fcntl (GIVEN_FD, F_SETFD, FD_CLOEXEC);
  fcntl (READY_FD, F_SETFD, FD_CLOEXEC);
  fcntl (LIVE_FD, F_SETFD, FD_CLOEXEC);
  setsid ();
  umask (077);
  allow_all_descriptors ();
}

static int
take_signals (void)
{
  sigset_t all;
  for (int number = 1; number < NSIG; number++)
    signal (number, SIG_DFL);
  signal (SIGPIPE, SIG_IGN);
  sigfillset (&all);
  sigprocmask (SIG_SETMASK, &all, NULL);
  return signalfd (-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool
is_namespace (int fd)
{
  struct stat given, own;
  return fstat (fd, &given) == 0 && stat ("/proc/self/ns/net", &own) == 0 && given.st_dev == own.st_dev;
}

static int
open_all (struct holder *holder, const char *directory)
{
  holder->directory = open (directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (holder->directory < 0)
    return -1;
  holder->lock_fd = openat (holder->directory, "users.lock", O_RDWR | O_CLOEXEC);
  holder->signal_fd = take_signals ();
  if (holder->lock_fd < 0 || holder->signal_fd < 0)
    return -1;
  if (namespace_make (&holder->shared, is_namespace (GIVEN_FD) ? GIVEN_FD : -1) < 0)
    return -1;
  close (GIVEN_FD);
  upstreams_open (&holder->upstreams);
  holder->listen_fd = listen_at (holder->directory, "socket", SOCK_SEQPACKET);
  return holder->listen_fd < 0 || slirp_start (holder) < 0 || names_start (holder) < 0 ? -1 : 0;
}

static void
reap (struct holder *holder)
{
  int status;
  pid_t pid;
  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    if (pid == holder->slirp.pid)
      slirp_ended (holder);
    else if (pid == holder->names_pid)
      holder->names_pid = 0;
    else if (pid == holder->relay_pid)
      relay_restart (holder);
    else if (pid == holder->ports.pid)
      holder->ports.pid = 0;
}

static void
read_signals (struct holder *holder)
{
  struct signalfd_siginfo info;
  while (read (holder->signal_fd, &info, sizeof info) == sizeof info)
    if (info.ssi_signo == SIGTERM) /* the session or the machine goes down */
      {
        holder->leaving = true;
        if (!holder->members)
          holder->leave_at = names_now ();
      }
  reap (holder);
}

/* What has died comes back; where no process can be made just now, later. */
static void
revive (struct holder *holder)
{
  bool missing = !holder->names_pid && names_start (holder) < 0;
  missing |= ports_revive (holder) < 0;
  if (holder->relay_missing)
    relay_restart (holder);
  slirp_revive (holder);
  holder->revive_at = missing || holder->relay_missing ? names_now () + REVIVE_MS : 0;
}

static int
patience (const struct holder *holder)
{
  int64_t now = names_now (), least = -1;
  const int64_t times[] = { holder->leave_at, holder->revive_at, holder->slirp.ready_by,
                            holder->slirp.pid ? 0 : holder->slirp.retry_at };
  for (size_t i = 0; i < sizeof times / sizeof *times; i++)
    {
      int64_t left = times[i] > now ? times[i] - now : 0;
      if (times[i] && (least < 0 || left < least))
        least = left;
    }
  return (int) least;
}

static void
serve_once (struct holder *holder)
{
  static struct pollfd polls[SLOT_MEMBERS + MEMBERS_MAX];
  polls[SLOT_SIGNAL] = (struct pollfd) { .fd = holder->signal_fd, .events = POLLIN };
  polls[SLOT_LISTEN] = (struct pollfd) { .fd = holder->listen_fd, .events = POLLIN };
  polls[SLOT_WATCH] = (struct pollfd) { .fd = holder->upstreams.watch_fd, .events = POLLIN };
  polls[SLOT_READY] = (struct pollfd) { .fd = holder->slirp.ready_fd, .events = POLLIN };
  size_t count = members_poll (holder, polls + SLOT_MEMBERS, MEMBERS_MAX);
  if (poll (polls, SLOT_MEMBERS + count, patience (holder)) < 0)
    return;
  members_handle (holder, polls + SLOT_MEMBERS, count);
  if (polls[SLOT_LISTEN].revents)
    members_accept (holder);
  if (polls[SLOT_WATCH].revents)
    upstreams_changed (holder);
  if (polls[SLOT_READY].revents && holder->slirp.ready_fd >= 0)
    slirp_read_ready (holder);
  if (polls[SLOT_SIGNAL].revents)
    read_signals (holder);
  revive (holder);
}

/* With the lock nobody can come: who wants to waits for it, and then finds no holder. */
static bool
may_leave (struct holder *holder)
{
  if (!holder->leave_at || names_now () < holder->leave_at)
    return false;
  if (flock (holder->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return true;
  holder->leave_at = names_now () + LOOK_AGAIN_MS;
  return false;
}

static void
leave (struct holder *holder)
{
  unlinkat (holder->directory, "socket", 0);
  close_descriptor (&holder->names_fd);
  close_descriptor (&holder->ports.control_fd);
  if (holder->relay_pid)
    kill (holder->relay_pid, SIGKILL);
  slirp_stop (holder);
  for (int tries = 0; tries < END_TRIES && waitpid (-1, NULL, WNOHANG) >= 0; tries++)
    usleep (5000);
  if (holder->slirp.pid && waitpid (holder->slirp.pid, NULL, WNOHANG) == 0)
    kill (holder->slirp.pid, SIGKILL); /* it doesn't see that we leave */
}

int
main (int argc, char **argv)
{
  struct holder holder = {
    .directory = -1,
    .listen_fd = -1,
    .names_fd = -1,
    .ports = { .control_fd = -1 },
    .slirp = { .command = argv + 3, .ready_fd = -1, .exit_fd = -1 },
    .leave_at = names_now () + LOOK_AGAIN_MS * 3,
  };
  if (argc > 2 && strcmp (argv[1], "relay") == 0)
    return relay_command (argv + 2);
  if (argc > 2 && strcmp (argv[1], "enter") == 0)
    return network_enter (argv + 2);
  if (argc < 4)
    return 2;
  detach ();
  systemd_scope_leave_service (argv[2], "tspod-network");
  if (open_all (&holder, argv[1]) < 0)
    return 1;
  if (chdir ("/") < 0 || write (READY_FD, "", 1) != 1)
    return 1;
  close (READY_FD);
  while (!may_leave (&holder))
    serve_once (&holder);
  leave (&holder);
  return 0;
}

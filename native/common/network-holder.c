#include "common/network-holder.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/packet.h"
#include "common/unix-socket.h"

#define PATIENCE_S 30
#define RETRY_US 20000
#define TRIES 150
/*
 * A namespace whose users have lost their holder gets a new one from them: so many tries does a newcomer
 * wait for that.
 */
#define TRIES_FOR_OTHERS 100

static int
open_lock (int directory, const char *name, int how)
{
  autoclose int fd = openat (directory, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  while (fd >= 0 && flock (fd, how) < 0)
    if (errno != EINTR)
      return -1;
  return take_fd (&fd);
}

/*
 * In the new process. Its descriptors are 3, the namespace that it goes on with; 4, which says that it is
 * ready; and 5, the flock that keeps the user namespace, to which its namespace belongs.
 */
static _Noreturn void
become_holder (const struct network_holder *holder, int ready)
{
  const int given[] = { holder->namespace_fd, ready, holder->live_fd };
  const int count = sizeof given / sizeof *given;
  int moved[sizeof given / sizeof *given];
  for (int i = 0; i < count; i++)
    moved[i] = given[i] < 0 ? open ("/dev/null", O_RDONLY | O_CLOEXEC)
                            : fcntl (given[i], F_DUPFD_CLOEXEC, 16);
  for (int i = 0; i < count; i++)
    if (moved[i] >= 0 && moved[i] < 16)
      moved[i] = fcntl (moved[i], F_DUPFD_CLOEXEC, 16);
  for (int i = 0; i < count; i++)
    if (dup2 (moved[i], 3 + i) < 0)
      _exit (1);
  if (holder->let_go)
    holder->let_go (holder->owner);
  close_range (3 + (unsigned) count, ~0U, 0);
  execv (holder->command[0], holder->command);
  _exit (127);
}

/*
 * A sibling, not a child: a monitor is its descendants' reaper, and ends them with its container. Its parent
 * is ours, so that reaps it.
 */
static int
start_holder (const struct network_holder *holder)
{
  int ends[2];
  char byte;
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return -1;
  autoclose int reader = ends[0], writer = ends[1];
  long pid = syscall (SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
  if (pid == 0)
    become_holder (holder, writer);
  close_descriptor (&writer);
  ssize_t n = pid < 0 ? -1 : read (reader, &byte, 1);
  if (n == 0)
    errno = ECHILD;
  return n == 1 ? 0 : -1;
}

static int
connect_to_holder (struct network_holder *holder, int directory)
{
  const struct timeval patience = { .tv_sec = PATIENCE_S };
  autoclose int fd = connect_at (directory, "socket", SOCK_SEQPACKET);
  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0)
    return -1;
  holder->socket_fd = take_fd (&fd);
  return 0;
}

static int
share_use (struct network_holder *holder, int directory)
{
  if (holder->users_fd < 0)
    holder->users_fd = open_lock (directory, "users.lock", LOCK_SH);
  return holder->users_fd < 0 ? -1 : 0;
}

/* Whether somebody uses a namespace that we don't know. */
static bool
is_used_by_others (const struct network_holder *holder, int directory)
{
  if (holder->namespace_fd >= 0)
    return false;
  autoclose int fd = open_lock (directory, "users.lock", LOCK_EX | LOCK_NB);
  return fd < 0;
}

/* Under start.lock. Returns 0: connected; 1: to be tried again; -1: can't be done. */
static int
find_or_start (struct network_holder *holder, int directory, int tries)
{
  autoclose int start = open_lock (directory, "start.lock", LOCK_EX);
  if (start < 0)
    return -1;
  if (connect_to_holder (holder, directory) == 0)
    return share_use (holder, directory);
  if (tries < TRIES_FOR_OTHERS && is_used_by_others (holder, directory))
    return 1;
  if (share_use (holder, directory) < 0 || start_holder (holder) < 0)
    return -1;
  return connect_to_holder (holder, directory);
}

static int
ask_to_join (struct network_holder *holder)
{
  struct packet answer;
  if (packet_send (holder->socket_fd, (char *[]) { "join", NULL }, -1) < 0
      || packet_receive (holder->socket_fd, &answer) <= 0)
    return 1; /* it was about to leave */
  int namespace = take_fd (&answer.fd);
  packet_free (&answer);
  if (namespace < 0)
    return 1;
  close_descriptor (&holder->namespace_fd);
  holder->namespace_fd = namespace;
  return 0;
}

int
network_holder_join (struct network_holder *holder)
{
  if (mkdir (holder->directory, 0700) < 0 && errno != EEXIST)
    return -1;
  autoclose int directory = open (holder->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0)
    return -1;
  for (int tries = 0; tries < TRIES; tries++)
    {
      int found = find_or_start (holder, directory, tries);
      if (found < 0)
        return -1;
      if (found == 0 && ask_to_join (holder) == 0)
        return 0;
      close_descriptor (&holder->socket_fd);
      usleep (RETRY_US);
    }
  errno = ETIMEDOUT;
  return -1;
}

int
network_holder_commit (struct network_holder *holder, int *index, char *text, unsigned size)
{
  struct packet answer;
  *index = -1;
  errno = 0;
  if (packet_send (holder->socket_fd, (char *[]) { "commit", NULL }, -1) < 0
      || packet_receive (holder->socket_fd, &answer) <= 0)
    {
      bool late = errno == EAGAIN;
      snprintf (text, size, "the holder of the shared network namespace %s",
                late ? "has not answered" : "has ended");
      errno = late ? ETIMEDOUT : EPIPE;
      return -1;
    }
  int error = 0;
  if (strcmp (answer.words[0], "ok") != 0)
    {
      *index = answer.count > 1 ? atoi (answer.words[1]) : -1;
      error = answer.count > 2 ? atoi (answer.words[2]) : EPROTO;
      snprintf (text, size, "%s", answer.count > 3 ? answer.words[3] : "no answer of the holder");
    }
  packet_free (&answer);
  errno = error ? error : EPROTO;
  return error ? -1 : 0;
}

void
network_holder_leave (struct network_holder *holder)
{
  int index;
  char text[64];
  if (holder->socket_fd >= 0)
    network_holder_commit (holder, &index, text,
                           sizeof text); /* of nothing: ports are free for the next container */
  close_descriptor (&holder->socket_fd);
  close_descriptor (&holder->namespace_fd);
  close_descriptor (&holder->users_fd);
}

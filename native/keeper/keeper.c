/*
 * tspod-keeper LIVE_LOCK PID_FILE [MANAGER] - holds the user namespace in which all containers of a user
 * live
 *
 * Every process of tspod holds a shared flock on LIVE_LOCK. The keeper waits until it could have the lock
 * exclusively, lingers for the next call, and tries again. If it gets the lock then, nothing of tspod
 * lives; and no process can come to join before the pid file is gone, since launchers take the shared lock
 * before they read that file.
 *
 * MANAGER is the socket of the user's systemd. A keeper that was made by a call in a service leaves that
 * service: the service's stop would otherwise wait for the keeper, and its end would take the keeper from
 * all other containers.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "common/read-text.h"
#include "common/systemd-scope.h"

#define LINGER_SECONDS 3

static volatile sig_atomic_t asked_to_leave;

static void
on_terminate (int signal_number)
{
  (void) signal_number;
  asked_to_leave = 1;
}

/*
 * SIGTERM comes when the session or the machine goes down: the keeper doesn't linger then, but never leaves
 * before the last process of tspod does. Without SA_RESTART the signal also ends the linger.
 */
static void
set_signals (void)
{
  struct sigaction terminate = { .sa_handler = on_terminate }, ignore = { .sa_handler = SIG_IGN };
  sigset_t none;
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  sigaction (SIGTERM, &terminate, NULL);
  sigaction (SIGHUP, &ignore, NULL);
  sigaction (SIGINT, &ignore, NULL);
  sigaction (SIGQUIT, &ignore, NULL);
}

static void
detach (void)
{
  int null = open ("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; fd++)
    dup2 (null, fd);
  close_range (3, ~0U, 0); /* above all the launcher's shared lock: the keeper would wait for itself */
  setsid ();
  if (chdir ("/") < 0)
    return; /* where that fails, the keeper keeps a file system busy, and nothing worse */
}

static void
wait_until_alone (int lock)
{
  while (flock (lock, LOCK_EX) < 0)
    if (errno != EINTR)
      _exit (1);
  flock (lock, LOCK_UN);
}

static void
linger (void)
{
  struct timespec time = { .tv_sec = LINGER_SECONDS };
  if (!asked_to_leave)
    nanosleep (&time, NULL);
}

/* After a keeper was killed there may be a younger one, whose pid file is not ours to remove. */
static void
remove_own_pid_file (const char *path)
{
  char text[32] = "";
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  ssize_t size = read (fd, text, sizeof text - 1);
  close (fd);
  if (size > 0 && strtol (text, NULL, 10) == getpid ())
    unlink (path);
}

int
main (int argc, char **argv)
{
  if (argc < 3)
    return 2;
  detach ();
  set_signals ();
  if (argc > 3)
    systemd_scope_leave_service (argv[3], "tspod-keeper");

  int lock = open (argv[1], O_RDWR | O_CLOEXEC);
  if (lock < 0)
    return 1;
  do
    {
      wait_until_alone (lock);
      linger ();
    }
  while (flock (lock, LOCK_EX | LOCK_NB) < 0);
  remove_own_pid_file (argv[2]);
  return 0;
}

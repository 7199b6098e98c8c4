/*
 * tspod-pause - sleeps until SIGTERM or SIGINT, and reaps children.
 *
 * It runs in a root directory that holds this one file, so it is linked statically. Signals are not
 * delivered but read: as the first process of a pid namespace it would get none that has no handler.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

int
main (void)
{
  sigset_t signals;
  sigemptyset (&signals);
  sigaddset (&signals, SIGTERM);
  sigaddset (&signals, SIGINT);
  sigaddset (&signals, SIGCHLD);
  if (sigprocmask (SIG_BLOCK, &signals, NULL) < 0)
    return 1;
  for (;;)
    {
      int number = sigwaitinfo (&signals, NULL);
      if (number < 0 && errno != EINTR)
        return 1;
      if (number == SIGTERM || number == SIGINT)
        return 0;
      while (waitpid (-1, NULL, WNOHANG) > 0)
        ;
    }
}

#include "monitor/state/signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * This isn't signal(3): glibc keeps 32 and 33 for itself, and its posix_spawn(3) leaves them ignored in what
 * a program with threads starts, which the container would inherit. All zeroes are SIG_DFL and no flags,
 * however the kernel's struct is laid out.
 */
static void
take_default (int signal_number)
{
  static const unsigned long standard[8];
  syscall (SYS_rt_sigaction, signal_number, standard, NULL, NSIG / 8);
}

/*
 * The caller's signal dispositions and mask are unknown: reset them, so that children start with the
 * defaults.
 */
int
signals_take (void)
{
  sigset_t all;
  for (int signal_number = 1; signal_number < NSIG; signal_number++)
    take_default (signal_number);
  signal (SIGPIPE, SIG_IGN);
  sigfillset (&all);
  sigprocmask (SIG_SETMASK, &all, NULL);
  return signalfd (-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
signals_next_leave (int signal_fd)
{
  struct signalfd_siginfo info;
  while (read (signal_fd, &info, sizeof info) == sizeof info)
    if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT || info.ssi_signo == SIGQUIT)
      return (int) info.ssi_signo;
  return 0;
}

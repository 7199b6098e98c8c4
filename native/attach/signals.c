#include "attach/signals.h"

#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Signals that concern the client itself: its children, its output, its job control, its own defects. */
static const int OWN[] = { SIGKILL, SIGSTOP, SIGCHLD, SIGURG, SIGPIPE, SIGWINCH, SIGTSTP, SIGTTIN,
                           SIGTTOU, SIGCONT, SIGSEGV, SIGBUS, SIGFPE,  SIGILL,   SIGTRAP, SIGSYS };

bool
signal_is_forwarded (int signal_number)
{
  for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++)
    if (OWN[i] == signal_number)
      return false;
  return true;
}

/* Signals that end a process which does not catch them: the terminal must be restored first. */
static const int ENDING[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGALRM, SIGUSR1, SIGUSR2 };

/*
 * Signals that the caller has ignored (nohup, a background job of a script) stay ignored, and are passed to
 * nobody. Other signals that are ignored were left so by Node.
 */
static const int IGNORABLE[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

static bool
stays_ignored (int signal_number)
{
  if (signal (signal_number, SIG_DFL) != SIG_IGN)
    return false;
  for (size_t i = 0; i < sizeof IGNORABLE / sizeof *IGNORABLE; i++)
    if (IGNORABLE[i] == signal_number)
      return signal (signal_number, SIG_IGN) != SIG_ERR;
  return false;
}

int
signals_open (bool tty, bool sig_proxy)
{
  sigset_t wanted, ignored;
  sigemptyset (&wanted);
  sigemptyset (&ignored);
  for (int number = 1; number < NSIG; number++)
    if (stays_ignored (number))
      {
        sigaddset (&ignored, number);
        /* blocked, it is not thrown away: who has sent it decides */
        if (sig_proxy && (number == SIGINT || number == SIGQUIT))
          sigaddset (&wanted, number);
      }
    else if (sig_proxy && signal_is_forwarded (number))
      sigaddset (&wanted, number);
  for (size_t i = 0; tty && i < sizeof ENDING / sizeof *ENDING; i++)
    if (!sigismember (&ignored, ENDING[i]))
      sigaddset (&wanted, ENDING[i]);
  if (tty)
    {
      sigaddset (&wanted, SIGWINCH);
      sigaddset (&wanted, SIGTSTP);
      sigaddset (&wanted, SIGCONT);
    }
  signal (SIGPIPE, SIG_IGN);
  sigprocmask (SIG_SETMASK, &wanted, NULL);
  return signalfd (-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool
signal_is_nobodys (int signal_number, int code)
{
  struct sigaction now;
  return code > 0 && sigaction (signal_number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

void
signal_take_default (int signal_number)
{
  sigset_t one;
  sigemptyset (&one);
  sigaddset (&one, signal_number);
  signal (signal_number, SIG_DFL);
  raise (signal_number);
  sigprocmask (SIG_UNBLOCK, &one, NULL); /* the signal takes effect here */
  sigprocmask (SIG_BLOCK, &one, NULL);
}

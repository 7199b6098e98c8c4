/*
 * held-signals.c - signals that end a process, kept while something is half done. libuv could catch them,
 * but that takes a pipe, and only the event loop sees them.
 */
#include "addon/held-signals.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "addon/functions.h"

#define ENDING_COUNT 3

static const int ENDING[ENDING_COUNT] = { SIGHUP, SIGINT, SIGTERM };
static struct sigaction before[ENDING_COUNT];
static int holding;
static volatile sig_atomic_t held; /* the number of the first that came; 0: none */

/* A second signal ends the process as usual, since the work under way may take long. */
static void
keep (int number)
{
  int saved = errno;
  if (gettid () != getpid ())
    /* only the main thread keeps a signal, or leaves it to the next program */
    tgkill (getpid (), getpid (), number);
  else if (held == 0)
    held = number;
  else
    {
      signal (number, SIG_DFL);
      raise (number); /* it is blocked until this handler returns */
    }
  errno = saved;
}

/* holdSignals () */
static int64_t
run_hold_signals (const union argument *a)
{
  struct sigaction keeping = { .sa_handler = keep, .sa_flags = SA_RESTART };
  (void) a;
  held = 0;
  for (size_t i = 0; !holding && i < ENDING_COUNT; i++)
    if (sigaction (ENDING[i], &keeping, &before[i]) == 0 && before[i].sa_handler == SIG_IGN)
      sigaction (ENDING[i], &before[i], NULL);
  holding = 1;
  return 0;
}

/* ignoreSignal (number) */
static int64_t
run_ignore_signal (const union argument *a)
{
  return signal ((int) a[0].number, SIG_IGN) == SIG_ERR ? -1 : 0;
}

/* heldSignal (): the number of the signal that came; 0: none */
static int64_t
run_held_signal (const union argument *a)
{
  (void) a;
  return held;
}

/* releaseSignals (): restores the actions; the signal that came takes effect */
static int64_t
run_release_signals (const union argument *a)
{
  (void) a;
  for (size_t i = 0; holding && i < ENDING_COUNT; i++)
    sigaction (ENDING[i], &before[i], NULL);
  holding = 0;
  if (held != 0)
    raise (held);
  held = 0;
  return 0;
}

/* A pending signal outlives execve(2), a handler does not. */
void
leave_held_signals (sigset_t *mask)
{
  sigset_t ending;
  sigemptyset (&ending);
  for (size_t i = 0; holding && i < ENDING_COUNT; i++)
    sigaddset (&ending, ENDING[i]);
  pthread_sigmask (SIG_BLOCK, &ending, mask);
  if (held != 0)
    raise (held);
  held = 0;
}

const struct function SIGNAL_FUNCTIONS[] = {
  { .name = "ignoreSignal", .arguments = "n", .run = run_ignore_signal },
  { .name = "holdSignals", .arguments = "", .run = run_hold_signals },
  { .name = "heldSignal", .arguments = "", .run = run_held_signal },
  { .name = "releaseSignals", .arguments = "", .run = run_release_signals },
  { 0 },
};

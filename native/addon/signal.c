/*
 * signal.c - signals that end a process, kept while something is half done. libuv's way costs a pipe, and is
 * heard in the event loop only
 */
#include "addon/addon.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#define ENDING_COUNT 3

static const int ENDING[ENDING_COUNT] = { SIGHUP, SIGINT, SIGTERM };
static struct sigaction before[ENDING_COUNT];
static int holding;
static volatile sig_atomic_t held; /* the number of the first; 0: none */

/* The second one ends the process as ever: what is done may take long. */
static void
keep (int number)
{
  int saved = errno;
  if (gettid () != getpid ())
    tgkill (getpid (), getpid (), number); /* the main thread's to keep, or to leave to the next program */
  else if (held == 0)
    held = number;
  else
    {
      signal (number, SIG_DFL);
      raise (number); /* blocked until this returns */
    }
  errno = saved;
}

/* holdSignals () */
static napi_value
hold_signals_call (napi_env env, napi_callback_info info)
{
  struct sigaction keeping = { .sa_handler = keep, .sa_flags = SA_RESTART };
  (void) info;
  held = 0;
  for (size_t i = 0; !holding && i < ENDING_COUNT; i++)
    if (sigaction (ENDING[i], &keeping, &before[i]) == 0 && before[i].sa_handler == SIG_IGN)
      sigaction (ENDING[i], &before[i], NULL);
  holding = 1;
  return number_result (env, 0);
}

/* ignoreSignal (number) */
static napi_value
ignore_signal_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  int number = call_int (&call, 0);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return number_result (env, signal (number, SIG_IGN) == SIG_ERR ? -errno : 0);
}

/* heldSignal (): the number of the one that came; 0: none */
static napi_value
held_signal_call (napi_env env, napi_callback_info info)
{
  (void) info;
  return number_result (env, held);
}

/* releaseSignals (): as before; the one that came takes effect */
static napi_value
release_signals_call (napi_env env, napi_callback_info info)
{
  (void) info;
  for (size_t i = 0; holding && i < ENDING_COUNT; i++)
    sigaction (ENDING[i], &before[i], NULL);
  holding = 0;
  if (held != 0)
    raise (held);
  held = 0;
  return number_result (env, 0);
}

/* Pending signals outlive execve(2), handlers don't. */
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

void
add_signal_functions (napi_env env, napi_value exports)
{
  static const struct function functions[] = {
    { "ignoreSignal", ignore_signal_call },
    { "holdSignals", hold_signals_call },
    { "heldSignal", held_signal_call },
    { "releaseSignals", release_signals_call },
  };
  ADD_FUNCTIONS (env, exports, functions);
}

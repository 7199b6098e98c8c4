#include "monitor/pod/ending.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/read-text.h"
#include "monitor/processes/process.h"

#define AGAIN_MS 50

/* MASK: the name of a line of /proc/PID/status with a set of signals in it. */
static bool
has_signal (const char *status, const char *mask, int signal)
{
  const char *line = strstr (status, mask);
  return line && (strtoull (line + strlen (mask), NULL, 16) >> (signal - 1) & 1);
}

/* Of a process that is gone it doesn't matter. */
static bool
takes_signal (const struct process *process, int signal)
{
  char path[64], status[4096];
  snprintf (path, sizeof path, "/proc/%d/status", (int) process->pid);
  read_text (path, status, sizeof status);
  return has_signal (status, "\nSigBlk:", signal) || has_signal (status, "\nSigCgt:", signal);
}

static void
send_signal (struct monitor *m)
{
  struct ending *ending = &m->pod.ending;
  bool taken = takes_signal (&m->process, ending->signal);
  process_signal (&m->process, ending->signal);
  ending->again_at = taken ? 0 : clock_monotonic_ms () + AGAIN_MS;
}

void
ending_begin (struct monitor *m, int signal, unsigned seconds)
{
  struct ending *ending = &m->pod.ending;
  ending->signal = signal;
  ending->kill_at = clock_monotonic_ms () + seconds * INT64_C (1000);
  send_signal (m);
}

int64_t
ending_act_at (const struct monitor *m)
{
  const struct ending *ending = &m->pod.ending;
  if (m->process.ended || !ending->kill_at)
    return 0;
  return ending->again_at && ending->again_at < ending->kill_at ? ending->again_at : ending->kill_at;
}

void
ending_act (struct monitor *m)
{
  struct ending *ending = &m->pod.ending;
  int64_t at = ending_act_at (m), now = clock_monotonic_ms ();
  if (!at || now < at)
    return;
  if (now < ending->kill_at)
    {
      send_signal (m);
      return;
    }
  process_signal (&m->process, SIGKILL);
  *ending = (struct ending) { 0 };
}

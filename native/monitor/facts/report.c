/* Answers to the command, and notes of what went wrong. */
#include "monitor/facts/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/descriptor.h"

int
fail (struct monitor *m, const char *stage, int number, const char *format, ...)
{
  va_list arguments;
  m->failure.stage = stage;
  m->failure.number = number;
  va_start (arguments, format);
  vsnprintf (m->failure.text, sizeof m->failure.text, format, arguments);
  va_end (arguments);
  for (char *p = m->failure.text; (p = strpbrk (p, "\r\n"));)
    *p = ' ';
  return -1;
}

void
warn_and_go_on (const struct monitor *m, const char *format, ...)
{
  char time[TIMESTAMP_SIZE], text[512];
  int error = errno;
  va_list arguments;
  va_start (arguments, format);
  vsnprintf (text, sizeof text, format, arguments);
  va_end (arguments);
  autoclose int fd = m->dir_fd < 0
                         ? -1
                         : openat (m->dir_fd, "monitor.log", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  clock_format (time, clock_now ());
  dprintf (fd, "%s %s: %s\n", time, text, strerror (error));
}

/*
 * Of a run after the first nobody is told any more. glibc's dprintf(3) keeps its buffer, 8 kB, where the
 * descriptor is none.
 */
static void __attribute__ ((format (printf, 2, 3))) answer (const struct monitor *m, const char *format, ...)
{
  va_list arguments;
  if (m->sync_fd < 0)
    return;
  va_start (arguments, format);
  vdprintf (m->sync_fd, format, arguments);
  va_end (arguments);
}

void
report_created (const struct monitor *m)
{
  answer (m, "created %d\n", (int) m->process.pid);
}

void
report_started (const struct monitor *m)
{
  answer (m, "started\n");
}

void
report_ended (const struct monitor *m)
{
  if (m->holding)
    answer (m, "ended %d\n", m->process.code);
}

void
report_failure (const struct monitor *m)
{
  answer (m, "failed %s %d %s\n", m->failure.stage, m->failure.number, m->failure.text);
}

#include "events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../common/descriptor.h"
#include "clock.h"

/* The length of the placeholder at TEXT, and what takes its place; 0 where there is none. */
static size_t
placeholder (const char *text, const char *time, const char *exit, const char **value)
{
  bool is_time = strncmp (text, "@TIME@", 6) == 0;
  *value = is_time ? time : exit;
  return is_time || strncmp (text, "@EXIT@", 6) == 0 ? 6 : 0;
}

static void
fill (FILE *line, const char *template, const char *time, const char *exit)
{
  const char *value;
  while (*template)
    {
      size_t length = placeholder (template, time, exit, &value);
      if (length)
        fputs (value, line);
      else
        fputc (*template, line);
      template += length ? length : 1;
    }
  fputc ('\n', line);
}

void
event_append (const struct monitor *m, const char *name)
{
  char time[TIMESTAMP_SIZE], exit[16];
  const char *template = plan_event (&m->plan, name);
  autofree char *text = NULL;
  size_t size = 0;
  FILE *line = template && m->plan.event_log ? open_memstream (&text, &size) : NULL;
  if (!line)
    return;
  clock_format (time, clock_now ());
  snprintf (exit, sizeof exit, "%d", m->process.code);
  fill (line, template, time, exit);
  if (fclose (line) != 0)
    return;
  autoclose int fd = open (m->plan.event_log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  /* one write, so that lines of monitors and commands never mix */
  if (fd < 0 || write (fd, text, size) != (ssize_t) size)
    warn_and_go_on (m, "event %s", name);
}

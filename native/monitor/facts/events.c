#include "monitor/facts/events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "monitor/facts/health-results.h"
#include "monitor/facts/name.h"

/* What stands in a template for a value that only the monitor knows: protocol.h, section 2, `event`. */
struct mark
{
  const char *name, *value;
};

static const struct mark *
mark_at (const char *text, const struct mark *marks)
{
  while (marks->name && strncmp (text, marks->name, strlen (marks->name)) != 0)
    marks++;
  return marks->name ? marks : NULL;
}

static void
fill (FILE *line, const char *template, const struct mark *marks)
{
  while (*template)
    {
      const struct mark *found = *template == '@' ? mark_at (template, marks) : NULL;
      if (found)
        fputs (found->value, line);
      else
        fputc (*template, line);
      template += found ? strlen (found->name) : 1;
    }
  fputc ('\n', line);
}

void
event_append (const struct monitor *m, const char *name)
{
  const char *changed = plan_event (&m->changed, name);
  event_append_as (m, changed ? changed : plan_event (&m->plan, name));
}

void
event_append_as (const struct monitor *m, const char *template)
{
  char time[TIMESTAMP_SIZE], exit[16], streak[16], name[NAME_SIZE];
  autofree char *text = NULL, *result = NULL;
  size_t size = 0;
  FILE *line = template && m->plan.event_log ? open_memstream (&text, &size) : NULL;
  if (!line)
    return;
  clock_format (time, clock_now ());
  snprintf (exit, sizeof exit, "%d", m->process.code);
  snprintf (streak, sizeof streak, "%u", m->health.streak);
  if (strstr (template, "@RESULT@"))
    result = health_last_result (m);
  name_now (m, name);
  fill (line, template,
        (const struct mark[]) {
            { "@@", "@" },
            { "@TIME@", time },
            { "@EXIT@", exit },
            { "@HEALTH@", health_status (m) },
            { "@STREAK@", streak },
            { "@RESULT@", result ? result : "" },
            { "@NAME@", name },
            { 0 },
        });
  if (fclose (line) != 0)
    return;
  autoclose int fd = open (m->plan.event_log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  /* one write(2), so that lines of monitors and commands never mix */
  if (fd < 0 || write (fd, text, size) != (ssize_t) size)
    warn_and_go_on (m, "appending to the event log");
}

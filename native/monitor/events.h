/* events.h - what happened, for `tspod events`. */
#ifndef TSPOD_EVENTS_H
#define TSPOD_EVENTS_H

#include "monitor/monitor.h"

/* Appends event NAME to the log, if the plan has a template for it. */
void event_append (const struct monitor *m, const char *name);

/* Appends one of this TEMPLATE (NULL: none). */
void event_append_as (const struct monitor *m, const char *template);

#endif

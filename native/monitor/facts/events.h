/* events.h - lines of the event log, which `tspod events` reads. */
#ifndef TSPOD_EVENTS_H
#define TSPOD_EVENTS_H

#include "monitor/state/monitor.h"

/* Appends event NAME to the log, if the plan has a template for it. */
void event_append (const struct monitor *m, const char *name);

/* Appends an event of this TEMPLATE; NULL: none. */
void event_append_as (const struct monitor *m, const char *template);

#endif

/* report.h - answers to the command on FD_SYNC, which nobody may read any more. */
#ifndef TSPOD_REPORT_H
#define TSPOD_REPORT_H

#include "monitor/state/monitor.h"

void report_created (const struct monitor *m);
void report_started (const struct monitor *m);
/* Says nothing where a client has attached. */
void report_ended (const struct monitor *m);
void report_failure (const struct monitor *m);

#endif

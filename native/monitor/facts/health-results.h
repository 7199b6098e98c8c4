/*
 * health-results.h - the results of the last health checks, kept and written to a file (facts-protocol.h),
 * and to another one where the user asked for that.
 */
#ifndef TSPOD_HEALTH_RESULTS_H
#define TSPOD_HEALTH_RESULTS_H

#include "monitor/state/monitor.h"

/* Returns how many bytes of a check's output are kept; never 0. */
size_t health_output_room (const struct monitor *m);

/* Keeps what the check has printed, and its code: 0, 1, or -1 where it took too long. */
void health_keep_result (struct monitor *m, int code);

/* "starting", "healthy", "unhealthy" or "stopped". */
const char *health_status (const struct monitor *m);

void health_write_results (const struct monitor *m);

/* Returns the last result as a JSON object, in the form that it has inside of a JSON string; NULL: none. */
char *health_last_result (const struct monitor *m);

#endif

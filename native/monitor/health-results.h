/*
 * health-results.h - the results of the last health checks, kept and written to a file (../protocol.h,
 * section 4).
 */
#ifndef TSPOD_HEALTH_RESULTS_H
#define TSPOD_HEALTH_RESULTS_H

#include "monitor/monitor.h"

/* Keeps what the check has printed, and its code: 0, 1, or -1 where it took too long. */
void health_keep_result (struct health *health, int code);

/* "starting", "healthy" or "unhealthy". */
const char *health_status (const struct monitor *m);

void health_write_results (const struct monitor *m);

#endif

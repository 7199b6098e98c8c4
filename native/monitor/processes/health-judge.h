/* health-judge.h - what the result of a check says of the container. */
#ifndef TSPOD_HEALTH_JUDGE_H
#define TSPOD_HEALTH_JUDGE_H

#include "monitor/state/monitor.h"

/* CODE is the check's exit code: 0, 1, or -1 where it took too long. */
void health_judge (struct monitor *m, int code);

#endif

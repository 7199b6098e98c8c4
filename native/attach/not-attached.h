/* not-attached.h - the end of a client that has come too late for its process */
#ifndef TSPOD_NOT_ATTACHED_H
#define TSPOD_NOT_ATTACHED_H

#include <stdbool.h>

#include "attach/answers.h"

/*
 * Ends, since connecting to the monitor has failed with ERROR: with the exit code of a process that has ended
 * before that, where the monitor answers it. The directory of an exec session goes with its container's.
 * HEALTH: a health check was to be asked for.
 */
_Noreturn void not_attached (struct answers *answers, int error, bool health);

#endif

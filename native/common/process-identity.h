/* process-identity.h - a process that can't be mistaken for a later one with the same pid */
#ifndef TSPOD_PROCESS_IDENTITY_H
#define TSPOD_PROCESS_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Returns field 22 of /proc/PID/stat, clock ticks since boot; 0 if there is no such process, or it has
 * ended (a zombie).
 */
unsigned long long process_start_time (pid_t pid);

/*
 * Returns whether the process is on its way out: the first of a pid namespace ends all the others in it
 * before it becomes a zombie.
 */
bool process_is_exiting (pid_t pid);

#endif

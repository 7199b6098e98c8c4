/* process.h - the container's first process, or the exec session's: who it is, how it ended. */
#ifndef TSPOD_PROCESS_H
#define TSPOD_PROCESS_H

#include "monitor/monitor.h"

/*
 * Learns the process from the runtime's pid file. 0, or -1 with errno. Only its parent may: until it is
 * reaped its pid can't be reused.
 */
int process_identify (struct process *process, const char *pid_file);

/* Forgets all of it, before another one takes its place. */
void process_forget (struct process *process);

/* Takes note of its end, of a status from waitpid. */
void process_ended (struct process *process, int status);

/* Sends the signal, if the process is still there. */
void process_signal (const struct process *process, int signal);

#endif

/* process.h - the container's first process, or the exec session's: its identity, and how it ended. */
#ifndef TSPOD_PROCESS_H
#define TSPOD_PROCESS_H

#include "monitor/state/monitor.h"

/*
 * Learns the process from the runtime's pid file. Returns 0, or -1 with errno. Only the process's parent
 * may call this: the pid can't be used again until it reaps the process.
 */
int process_identify (struct process *process, const char *pid_file);

/* Forgets the process, before another one takes its place. */
void process_forget (struct process *process);

/* Notes the end of the process, by a status from waitpid(2). */
void process_ended (struct process *process, int status);

/* Sends the signal, if the process is still there. */
void process_signal (const struct process *process, int signal);

#endif

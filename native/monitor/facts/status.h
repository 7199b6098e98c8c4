/* status.h - the status file and the exit file: facts that a later command reads. */
#ifndef TSPOD_STATUS_H
#define TSPOD_STATUS_H

#include "monitor/state/monitor.h"

/* Writes DIR/status from what is known now. Returns 0, or -1 with errno. */
int status_write (const struct monitor *m);

/*
 * Writes the exit file, if the plan asks for one. It is flushed to the disk, except where the container is
 * about to be removed.
 */
void status_write_exit (const struct monitor *m);

/* Writes a pid to PATH (NULL: nowhere). Returns 0, or -1 with errno. */
int status_write_pid (const char *path, pid_t pid);

/* Replaces a file of facts, of which readers see the old or the new text. Returns 0, or -1 with errno. */
int status_write_file (const char *path, const char *text, size_t size);

#endif

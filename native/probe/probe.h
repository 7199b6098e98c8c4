/* probe.h - what the parts of tspod-probe have of each other. */
#ifndef TSPOD_PROBE_H
#define TSPOD_PROBE_H

#include <stddef.h>

/* Exit codes: the monitor knows only 0 and others. */
#define PROBE_PASSED 0
#define PROBE_FAILED 1

/* Prints a line and returns PROBE_FAILED. */
int failed (const char *format, ...) __attribute__ ((format (printf, 1, 2)));

/*
 * Joins the network namespace of the process whose pid is in PID_FILE, unless it is ours, and gives up all
 * capabilities. Returns 0, or -1 with errno.
 */
int join_network (const char *pid_file);

#define ADDRESS_SIZE 64

/* Writes the address of this network namespace by which others reach it: of IPv4 where it has one. */
void own_address (char address[ADDRESS_SIZE]);

/* Returns a connected socket; -1 after a line that says why there is none. */
int dial (const char *host, const char *port);

/* Writes all of it. Returns 0, or -1 with errno. */
int write_all (int fd, const void *data, size_t size);

/* Each returns an exit code. HEADERS are whole lines, each with its CR and LF. */
int probe_http (int fd, const char *host, const char *port, const char *path, const char *headers);
int probe_grpc (int fd, const char *host, const char *port, const char *service);

#endif

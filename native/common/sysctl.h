/* sysctl.h - settings of the kernel, in /proc/sys: those of net/ are of this process's network namespace. */
#ifndef TSPOD_SYSCTL_H
#define TSPOD_SYSCTL_H

/* Writes VALUE to the setting whose path below /proc/sys is formatted. Returns 0, or -1 with errno. */
int sysctl_write (const char *value, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

#endif

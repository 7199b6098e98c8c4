/* interrupts.h - ctrl-C that the container's process takes no notice of. */
#ifndef TSPOD_INTERRUPTS_H
#define TSPOD_INTERRUPTS_H

/*
 * Counts a SIGINT that the terminal has sent. At the second one that the process of DIRECTORY's container has
 * no handler for, says on stderr that one more kills it. Returns the signal that the process is to get:
 * SIGINT, or SIGKILL.
 */
int interrupts_count (unsigned *count, const char *directory);

#endif

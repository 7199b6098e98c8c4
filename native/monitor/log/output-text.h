/* output-text.h - what a failed program has said, read from a pipe. */
#ifndef TSPOD_OUTPUT_TEXT_H
#define TSPOD_OUTPUT_TEXT_H

#include <stddef.h>

/*
 * Reads what FD holds now, without waiting: its first, or last, line that isn't empty; "" where there is
 * none. FD may be -1.
 */
void first_line (int fd, char *text, size_t size);
void last_line (int fd, char *text, size_t size);

#endif

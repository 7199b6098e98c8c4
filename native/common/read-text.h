/* read-text.h - a small file, as those of /proc are, read in one go. */
#ifndef TSPOD_READ_TEXT_H
#define TSPOD_READ_TEXT_H

#include <sys/types.h>

/*
 * At most SIZE - 1 bytes, and a zero byte behind them: "" where it can't be read. How many, or -1 with errno.
 */
ssize_t read_text (const char *path, char *text, size_t size);

#endif

/* read-text.h - a small file, as those of /proc are, read in one go. */
#ifndef TSPOD_READ_TEXT_H
#define TSPOD_READ_TEXT_H

#include <sys/types.h>

/*
 * Reads at most SIZE - 1 bytes, and puts a zero byte behind them; TEXT is "" where the file can't be read.
 * Returns how many, or -1 with errno.
 */
ssize_t read_text (const char *path, char *text, size_t size);

#endif

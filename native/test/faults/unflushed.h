/* unflushed.h - the files whose content is in the page cache alone. */
#ifndef TSPOD_TEST_UNFLUSHED_H
#define TSPOD_TEST_UNFLUSHED_H

#include <sys/types.h>

/* A call has written to descriptor FD of a process. */
void note_written (pid_t pid, int fd);

/* fsync(2) of it. */
void note_flushed (pid_t pid, int fd);

/* syncfs(2): there is but one file system that is looked at. */
void note_all_flushed (void);

/*
 * What a power cut does to them: their names are there, as the journal has them, and of their content
 * nothing, half, or zeroes of its size, in turn; WHICH says what the first has. Returns how many it was.
 */
int lose_unflushed (long which);

#endif

/* run-program.h - small programs whose answer is a success or a line on stderr */
#ifndef TSPOD_RUN_PROGRAM_H
#define TSPOD_RUN_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Returns the path of `name` in the directories of `search` (as in $PATH; may be NULL), then in the usual
 * ones. NULL: it is nowhere.
 */
char *find_program (const char *name, const char *search);

struct running
{
  pid_t pid;
  int output; /* its stdout and stderr */
};

struct running start_program (char *const argv[]);

/*
 * Returns whether the program exited with 0. `output` gets what it printed, with blanks for line ends, cut
 * at `size`.
 */
bool finish_program (struct running running, char *output, size_t size);

#endif

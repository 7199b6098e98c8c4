/* run-program.h - small programs whose answer is a success or a line on stderr */
#ifndef TSPOD_RUN_PROGRAM_H
#define TSPOD_RUN_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The path of `name` in the directories of `search` (as in $PATH; may be NULL), then in the usual ones. NULL:
 * nowhere.
 */
char *find_program (const char *name, const char *search);

struct running
{
  pid_t pid;
  int output; /* its stdout and stderr */
};

struct running start_program (char *const argv[]);

/* Whether it exited with 0; `output` gets what it said, with line ends as blanks, cut at `size`. */
bool finish_program (struct running running, char *output, size_t size);

#endif

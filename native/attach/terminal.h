/* terminal.h - the caller's terminal: raw while attached, and always restored. */
#ifndef TSPOD_TERMINAL_H
#define TSPOD_TERMINAL_H

#include <stdbool.h>
#include <termios.h>

struct terminal
{
  bool changed;
  int fd; /* where */
  struct termios before;
};

/* Makes stdin raw, if it is a terminal. */
void terminal_make_raw (struct terminal *terminal);

/*
 * Has the terminal of stdout print what comes as it comes: the container's own terminal has made its ends of
 * lines. Keys that make signals make them for the caller.
 */
void terminal_leave_output (struct terminal *terminal);

/* Restores the terminal; may be called any number of times. */
void terminal_restore (struct terminal *terminal);

/* Reads the size of the terminal that stdin, stdout or stderr is. Returns false where none is one. */
bool terminal_size (unsigned short *rows, unsigned short *columns);

#endif

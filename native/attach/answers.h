/* answers.h - what the monitor answers about a start, line by line: ../protocol.h, section 3. */
#ifndef TSPOD_ANSWERS_H
#define TSPOD_ANSWERS_H

struct answers
{
  int fd; /* -1: none come */
  char text[8192];
  unsigned size, taken;
};

/*
 * Waits for the next line, and returns it without its end, valid until the next call; empty where the monitor
 * has ended without one.
 */
const char *answers_next (struct answers *answers);

#endif

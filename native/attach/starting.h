/*
 * starting.h - a start that is not over when the command becomes its client: the monitor's answers come
 * here, since nothing remained for the command to do.
 */
#ifndef TSPOD_STARTING_H
#define TSPOD_STARTING_H

struct starting
{
  int sync_fd; /* -1: the process runs already */
  int lock_fd; /* the container's lock, held until it runs */
  /*
   * what to become when the start fails: argv with room for one more, to which the monitor's answer is
   * added
   */
  char **failed_command;
  char answers[8192];
  unsigned size, taken;
};

/*
 * Waits for the answer that begins with WORD (../protocol.h, section 3). Doesn't return when another comes,
 * or none.
 */
void starting_await (struct starting *s, const char *word);

#endif

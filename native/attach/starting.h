/*
 * starting.h - a start that the command has left to its client, as nothing remained for it to do: the
 * monitor's answers come here.
 */
#ifndef TSPOD_STARTING_H
#define TSPOD_STARTING_H

struct starting
{
  int sync_fd; /* -1: there is none, the process runs already */
  int lock_fd; /* the container's lock, held until it runs */
  /* to become when it does not; the monitor's answer is put behind it. NULL-terminated, with room for that */
  char **failed_command;
  char answers[8192];
  unsigned size, taken;
};

/*
 * Waits for the answer that begins with word (../protocol.h, 3). Doesn't return when another comes, or none.
 */
void starting_await (struct starting *s, const char *word);

#endif

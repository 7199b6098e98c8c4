#include "attach/starting.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach/exit-code.h"

/*
 * Only the command can undo and explain a failed start. It begins as we did: no signal is blocked or
 * ignored.
 */
static _Noreturn void
become_failed_command (const struct starting *s, int answers_fd, const char *answer)
{
  sigset_t none;
  char **last = s->failed_command;
  while (*last)
    last++;
  *last = strdup (answer);
  close (s->lock_fd);
  close (answers_fd);
  signal (SIGPIPE, SIG_DFL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  execv (s->failed_command[0], s->failed_command);
  fprintf (stderr, "Error: the process was not started: %s: %s: %s\n", answer, s->failed_command[0],
           strerror (errno));
  exit (EXIT_TROUBLE);
}

void
starting_await (const struct starting *starting, struct answers *answers, const char *word)
{
  const char *answer = answers_next (answers);
  if (strncmp (answer, word, strlen (word)) != 0)
    become_failed_command (starting, answers->fd, answer);
}

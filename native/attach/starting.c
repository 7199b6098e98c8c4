#include "attach/starting.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach/exit-code.h"

/* Returns the next line without its end; empty where the monitor has ended without one. */
static const char *
next_answer (struct starting *s)
{
  char *start = s->answers + s->taken;
  char *end;
  while (!(end = memchr (start, '\n', s->size - s->taken)))
    {
      ssize_t n = read (s->sync_fd, s->answers + s->size, sizeof s->answers - 1 - s->size);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return "";
      s->size += (unsigned) n;
    }
  *end = '\0';
  s->taken = (unsigned) (end + 1 - s->answers);
  return start;
}

/*
 * Only the command can undo and explain a failed start. It begins as we did: no signal is blocked or
 * ignored.
 */
static _Noreturn void
become_failed_command (const struct starting *s, const char *answer)
{
  sigset_t none;
  char **last = s->failed_command;
  while (*last)
    last++;
  *last = strdup (answer);
  close (s->lock_fd);
  close (s->sync_fd);
  signal (SIGPIPE, SIG_DFL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  execv (s->failed_command[0], s->failed_command);
  fprintf (stderr, "Error: the container was not started: %s: %s: %s\n", answer, s->failed_command[0],
           strerror (errno));
  exit (EXIT_TROUBLE);
}

void
starting_await (struct starting *s, const char *word)
{
  const char *answer = next_answer (s);
  if (strncmp (answer, word, strlen (word)) != 0)
    become_failed_command (s, answer);
}

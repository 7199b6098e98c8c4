#include "launcher/run-program.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher/die.h"
#include "launcher/text.h"

static char *
find_in (const char *name, const char *search)
{
  while (search && *search != '\0')
    {
      size_t length = strcspn (search, ":");
      /*
       * Only absolute directories count: an empty or relative entry would take a program from the current
       * directory.
       */
      if (*search == '/')
        {
          char *path = format_text ("%.*s/%s", (int) length, search, name);
          if (access (path, X_OK) == 0)
            return path;
        }
      search += length + (search[length] == ':');
    }
  return NULL;
}

char *
find_program (const char *name, const char *search)
{
  char *path = find_in (name, search);
  return path ? path : find_in (name, "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
}

struct running
start_program (char *const argv[])
{
  int fds[2];
  if (pipe2 (fds, O_CLOEXEC) < 0)
    die_errno ("making a pipe");
  pid_t pid = fork ();
  if (pid < 0)
    die_errno ("starting %s", argv[0]);
  if (pid == 0)
    {
      dup2 (fds[1], STDOUT_FILENO);
      dup2 (fds[1], STDERR_FILENO);
      execv (argv[0], argv);
      die_errno ("%s", argv[0]);
    }
  close (fds[1]);
  return (struct running) { .pid = pid, .output = fds[0] };
}

bool
finish_program (struct running running, char *output, size_t size)
{
  char rest[512];
  size_t length = 0;
  ssize_t got;
  int status;
  /* Reads to the end, also what doesn't fit: otherwise a full pipe would stop the program. */
  while ((got = read (running.output, length + 1 < size ? output + length : rest,
                      length + 1 < size ? size - 1 - length : sizeof rest))
             > 0
         || (got < 0 && errno == EINTR))
    if (got > 0 && length + 1 < size)
      length += (size_t) got;
  close (running.output);

  while (length > 0 && output[length - 1] == '\n')
    length--;
  output[length] = '\0';
  for (char *end = output; (end = strchr (end, '\n'));)
    *end = ' ';

  while (waitpid (running.pid, &status, 0) < 0)
    if (errno != EINTR)
      return false;
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

#include "common/trace.h"
#include "test/tap.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a file holds, and no more than the room for it. */
static const char *
content (const char *path)
{
  static char text[1024];
  FILE *file = fopen (path, "r");
  text[file ? fread (text, 1, sizeof text - 1, file) : 0] = '\0';
  if (file)
    fclose (file);
  return text;
}

int
main (void)
{
  char path[TEMPORARY_SIZE], victim[TEMPORARY_SIZE + 8], place[2 * TEMPORARY_SIZE];
  close (mkstemp (temporary_template (path)));
  struct trace begun = trace_open (path);
  ok (begun.fd >= 0, "a file that is there is opened");
  is_text (content (path), "[\n", "an empty one gets the array's beginning");

  snprintf (place, sizeof place, "5 %ju:%ju %s", (uintmax_t) begun.device, (uintmax_t) begun.inode, path);
  struct trace next = trace_continue (place, "become something");
  ok (next.fd >= 0, "the next program goes on with it");
  ok (strstr (content (path), "\"name\":\"become something\""), "and says how long it took");

  snprintf (victim, sizeof victim, "%s.victim", path);
  FILE *other = fopen (victim, "w");
  fputs ("mine", other);
  fclose (other);
  unlink (path);
  ok (symlink (victim, path) == 0, "a container puts a symlink in its place");
  ok (trace_continue (place, "become something").fd == -1, "what it leads to is no trace");
  is_text (content (victim), "mine", "and stays as it was");

  unlink (path);
  ok (trace_continue (place, NULL).fd == -1, "one that is gone is not made again");
  ok (access (path, F_OK) < 0, "nothing is there afterwards");
  ok (mkfifo (path, 0600) == 0 && trace_open (path).fd == -1, "a fifo without a reader is not waited for");
  int reader = open (path, O_RDONLY | O_NONBLOCK);
  ok (trace_open (path).fd == -1, "nor is one with a reader written to, who may not read");
  close (reader);
  unlink (path);
  ok (symlink (victim, path) == 0 && trace_open (path).fd == -1, "and a symlink is not followed");
  ok (trace_continue (NULL, NULL).fd == -1, "without a place nothing is traced");
  ok (trace_continue ("5 path", NULL).fd == -1, "nor with half of one");
  unlink (path);
  unlink (victim);
  return done_testing ();
}

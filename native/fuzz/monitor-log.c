/* What a container's process prints: nothing of it is lost or comes in twice, whatever bytes it has. */
#include <string.h>

#include "common/clock.h"
#include "fuzz/target.h"
#include "monitor/log/log.h"

static char path[200];

static void
remove_file (void)
{
  unlink (path);
}

static int
open_file (void)
{
  const char *directory = getenv ("TMPDIR");
  snprintf (path, sizeof path, "%s/tspod-fuzz-XXXXXX", directory ? directory : "/tmp");
  int fd = mkstemp (path);
  if (fd < 0 || atexit (remove_file) != 0)
    abort ();
  return fd;
}

/* In pieces of LENGTH bytes, to one stream and the other. */
static void
write_pieces (struct log *log, const char *data, size_t size, size_t length)
{
  enum stream_name stream = STREAM_STDOUT;
  for (size_t at = 0; at < size; at += length)
    {
      log_write (log, stream, data + at, length < size - at ? length : size - at);
      stream = stream == STREAM_STDOUT ? STREAM_STDERR : STREAM_STDOUT;
    }
  log_end_run (log);
}

/* Lines "TIME stdout F TEXT", or P for a piece of a line, whose newline is ours. */
static size_t
count_text (const char *text, size_t size)
{
  size_t count = 0, head = TIMESTAMP_SIZE - 1 + strlen (" stdout F ");
  for (const char *end = text + size; text < end;)
    {
      const char *newline = memchr (text, '\n', (size_t) (end - text));
      if (!newline || (size_t) (newline - text) < head)
        abort ();
      count += (size_t) (newline - text) - head + (text[head - 2] == 'F');
      text = newline + 1;
    }
  return count;
}

/* Objects of JSON, one on each line. */
static void
check_json (const char *text, size_t size)
{
  for (const char *end = text + size; text < end;)
    {
      const char *newline = memchr (text, '\n', (size_t) (end - text));
      if (!newline || strncmp (text, "{\"log\":\"", 8) != 0 || newline[-1] != '}')
        abort ();
      for (; text < newline; text++)
        if ((unsigned char) *text < ' ')
          abort ();
      text = newline + 1;
    }
}

/* The first byte chooses the driver, and how much is read at once. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static int fd = -1;
  static char drivers[][10] = { "k8s-file", "json-file" }, zero[] = "0", one[] = "1", written[1 << 20];
  if (size < 1)
    return 0;
  if (fd < 0)
    fd = open_file ();
  bool json = data[0] & 1;
  char *argv[] = { drivers[json], path, zero, json ? one : NULL, NULL };
  struct log log = { 0 };
  if (ftruncate (fd, 0) < 0 || log_open (&log, argv) < 0)
    abort ();
  write_pieces (&log, (const char *) data + 1, size - 1, 1 + (data[0] >> 1));
  log_close (&log);
  ssize_t n = pread (fd, written, sizeof written, 0);
  if (n < 0 || (size_t) n == sizeof written)
    abort ();
  if (json)
    check_json (written, (size_t) n);
  else if (count_text (written, (size_t) n) != size - 1)
    abort ();
  return 0;
}

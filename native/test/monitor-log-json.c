#include "monitor/log/log-json.h"
#include "monitor/log/log.h"
#include "test/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct row
{
  const char *name, *text;
  size_t size;
  const char *json; /* what the record begins with */
};

/* Versions of clang-format differ over this. */
/* clang-format off */
#define ROW(name, text, json) \
  { name, text, sizeof (text) - 1, "{\"log\":\"" json "\",\"stream\":\"stdout\",\"time\":\"" }
/* clang-format on */

static const struct row rows[] = {
  ROW ("a line", "a b\n", "a b\\n"),
  ROW ("a piece of a line", "a", "a"),
  ROW ("nothing but a newline", "\n", "\\n"),
  ROW ("quotes and backslashes", "\"\\\n", "\\\"\\\\\\n"),
  ROW ("control characters", "\t\r\001\177\0\n", "\\t\\r\\u0001\\u007f\\u0000\\n"),
  ROW ("characters of 2, 3 and 4 bytes", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\n",
       "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\\n"),
  ROW ("bytes that are no UTF-8", "\xff\x80\n", "\xef\xbf\xbd\xef\xbf\xbd\\n"),
  ROW ("a character cut short", "\xe2\x82\n", "\xef\xbf\xbd\xef\xbf\xbd\\n"),
  ROW ("an overlong character", "\xe0\x80\x80\n", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\n"),
  ROW ("a surrogate", "\xed\xa0\x80\n", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\n"),
};

/* What two reads of one stream come to, and then the end of the run. */
static const struct
{
  const char *name, *first, *second, *texts[3];
} splits[] = {
  { "a character that two reads have parts of", "a\xe2\x82", "\xac!\n", { "a", "\xe2\x82\xac!\\n" } },
  { "a read with a part of a character only", "\xf0\x9f", "\x98\x80\n", { "\xf0\x9f\x98\x80\\n" } },
  { "a character that has no end in the next read",
    "\xe2\x82",
    "b\xc3",
    { "\xef\xbf\xbd\xef\xbf\xbd"
      "b",
      "\xef\xbf\xbd" } },
  { "a part that ends with the run", "\xe2", "\x82", { "\xef\xbf\xbd\xef\xbf\xbd" } },
};

static void
test_splits (void)
{
  for (size_t i = 0; i < sizeof splits / sizeof *splits; i++)
    {
      char path[TEMPORARY_SIZE], written[1024] = "", *at = written;
      int fd = mkstemp (temporary_template (path));
      struct log log = { 0 };
      char *argv[] = { (char[]) { "json-file" }, path, (char[]) { "0" }, (char[]) { "1" }, NULL };
      ok (log_open (&log, argv) == 0, splits[i].name);
      log_write (&log, STREAM_STDOUT, splits[i].first, strlen (splits[i].first));
      log_write (&log, STREAM_STDERR, "x\n", 2); /* the other stream's has nothing to do with it */
      log_write (&log, STREAM_STDOUT, splits[i].second, strlen (splits[i].second));
      log_end_run (&log);
      ok (read (fd, written, sizeof written - 1) > 0, "something was written");
      for (size_t j = 0; at && splits[i].texts[j]; j++)
        {
          char expected[64];
          snprintf (expected, sizeof expected, "{\"log\":\"%s\",\"stream\":\"stdout\"", splits[i].texts[j]);
          at = strstr (at, expected);
          ok (at, splits[i].name);
        }
      log_close (&log);
      close (fd);
      unlink (path);
    }
}

int
main (void)
{
  test_splits ();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    {
      char path[TEMPORARY_SIZE], written[512] = "";
      int fd = mkstemp (temporary_template (path));
      struct log log = { 0 };
      char *argv[] = { (char[]) { "json-file" }, path, (char[]) { "0" }, (char[]) { "1" }, NULL };
      ok (log_open (&log, argv) == 0, rows[i].name);
      log_write (&log, STREAM_STDOUT, rows[i].text, rows[i].size);
      ssize_t size = read (fd, written, sizeof written - 1);
      size_t expected = strlen (rows[i].json);
      ok (size > 3 && strcmp (written + size - 3, "\"}\n") == 0, "the record's end");
      written[expected < sizeof written ? expected : 0] = '\0';
      is_text (written, rows[i].json, rows[i].name);
      log_close (&log);
      close (fd);
      unlink (path);
    }
  return done_testing ();
}

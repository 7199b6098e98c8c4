/*
 * json-file: lines {"log":"TEXT\n","stream":"stdout","time":"…Z"}. TEXT without its newline is a piece of a
 * line. As docker, what is no UTF-8 is replaced by U+FFFD, and a file is left behind once it has reached the
 * limit, so it may exceed that by a record. https://docs.docker.com/engine/logging/drivers/json-file/
 */
#include "monitor/log/log-json.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "monitor/log/json-text.h"

static void
append_text (struct log *log, const char *text)
{
  log_append (log, text, strlen (text));
}

/* Appends what stands at TEXT, as far as it is of one kind, and returns how much that was. */
static size_t
append_some (struct log *log, const char *text, size_t size)
{
  struct json_piece piece;
  size_t taken = json_piece (&piece, text, size);
  log_append (log, piece.text, piece.size);
  return taken;
}

/* Returns how many bytes at the end of TEXT begin a character that is longer. */
static size_t
begun_at_end (const char *text, size_t size)
{
  for (size_t back = 1; back <= 3 && back <= size; back++)
    {
      unsigned char byte = (unsigned char) text[size - back];
      size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
      if ((byte & 0xc0) != 0x80)
        return length > back ? back : 0;
    }
  return 0;
}

static void
begin_record (struct log *log)
{
  if (log->max && log->size + log->used >= log->max)
    log_start_anew (log);
  append_text (log, "{\"log\":\"");
}

static void
end_record (struct log *log, enum stream_name stream)
{
  char date[32], end[96];
  struct tm tm;
  struct timespec now = clock_now ();
  gmtime_r (&now.tv_sec, &tm);
  strftime (date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
  snprintf (end, sizeof end, "\",\"stream\":\"%s\",\"time\":\"%s.%09ldZ\"}\n",
            stream == STREAM_STDOUT ? "stdout" : "stderr", date, now.tv_nsec);
  append_text (log, end);
}

static void
keep_begun (struct begun_character *begun, const char *text, size_t size)
{
  memcpy (begun->bytes, text, size);
  begun->size = size;
}

void
log_json_record (struct log *log, enum stream_name stream, const char *text, size_t size)
{
  struct begun_character *begun = &log->begun[stream];
  char head[2 * sizeof begun->bytes]; /* the character that has begun, with enough of TEXT for its end */
  size_t before = begun->size, taken = size < sizeof begun->bytes ? size : sizeof begun->bytes, done = 0;
  memcpy (head, begun->bytes, before);
  memcpy (head + before, text, taken);
  size_t left = taken == size ? begun_at_end (head, before + size) : begun_at_end (text, size);
  if (left == before + size)
    {
      keep_begun (begun, head, left);
      return;
    }
  begin_record (log);
  while (done < before)
    done += append_some (log, head + done, before + taken - done);
  for (done -= before; done < size - left;)
    done += append_some (log, text + done, size - left - done);
  end_record (log, stream);
  keep_begun (begun, text + size - left, left);
}

void
log_json_end_run (struct log *log, enum stream_name stream)
{
  struct begun_character *begun = &log->begun[stream];
  if (begun->size == 0)
    return;
  begin_record (log);
  for (size_t done = 0; done < begun->size;)
    done += append_some (log, (const char *) begun->bytes + done, begun->size - done);
  begun->size = 0;
  end_record (log, stream);
}

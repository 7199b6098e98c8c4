/*
 * journald: each line is an entry, sent as one datagram of the journal's native protocol, with the plan's
 * fields, PRIORITY (6 stdout, 3 stderr, as conmon) and MESSAGE. A longer line comes in pieces, which but for
 * the last have CONTAINER_PARTIAL_MESSAGE=true: so no entry is too large for a datagram.
 * https://systemd.io/JOURNAL_NATIVE_PROTOCOL/
 */
#include "monitor/log/log-journald.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/descriptor.h"

#define SOCKET_PATH "/run/systemd/journal/socket"
#define PIECE_MAX 16384
/* A journal that takes nothing for so long gets only what it takes at once, until it takes more again. */
#define PATIENCE_S 2

struct line
{
  size_t used;
  char text[PIECE_MAX];
};

struct journal
{
  char *fields; /* what all entries have in common, as it is sent */
  size_t size;
  bool stuck;
  struct line lines[2]; /* the line that each stream has begun */
};

/* Appends FIELD, "NAME=VALUE", in the form in which VALUE may hold newlines. */
static void
add_field (FILE *fields, const char *field)
{
  const char *equals = strchrnul (field, '=');
  const char *value = *equals ? equals + 1 : equals;
  uint64_t size = htole64 (strlen (value));
  fwrite (field, 1, (size_t) (equals - field), fields);
  fputc ('\n', fields);
  fwrite (&size, sizeof size, 1, fields);
  fputs (value, fields);
  fputc ('\n', fields);
}

static int
encode_fields (struct journal *journal, char *const *fields)
{
  FILE *file = open_memstream (&journal->fields, &journal->size);
  for (; file && *fields; fields++)
    add_field (file, *fields);
  return file && fclose (file) == 0 ? 0 : -1;
}

int
log_journal_open (struct log *log, char *const *fields)
{
  struct timeval patience = { .tv_sec = PATIENCE_S };
  log->path = SOCKET_PATH;
  if (access (SOCKET_PATH, W_OK) < 0)
    return -1;
  autoclose int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0)
    return -1;
  log->journal = calloc (1, sizeof *log->journal);
  if (!log->journal || encode_fields (log->journal, fields) < 0)
    return -1;
  log->fd = take_fd (&fd);
  return 0;
}

/* The socket is not connected: after a restart the journal has another one. */
static void
send_entry (struct log *log, enum stream_name stream, struct iovec text, bool partial)
{
  static const char TO_STDOUT[] = "PRIORITY=6\n", TO_STDERR[] = "PRIORITY=3\n",
                    PARTIAL[] = "CONTAINER_PARTIAL_MESSAGE=true\n", MESSAGE[] = "MESSAGE\n";
  struct journal *journal = log->journal;
  struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET_PATH };
  uint64_t size = htole64 (text.iov_len);
  struct iovec parts[] = {
    { journal->fields, journal->size },
    { (void *) (uintptr_t) (stream == STREAM_STDOUT ? TO_STDOUT : TO_STDERR), sizeof TO_STDOUT - 1 },
    { (void *) (uintptr_t) PARTIAL, partial ? sizeof PARTIAL - 1 : 0 },
    { (void *) (uintptr_t) MESSAGE, sizeof MESSAGE - 1 },
    { &size, sizeof size },
    text,
    { (void *) (uintptr_t) "\n", 1 },
  };
  struct msghdr message = { .msg_name = &address,
                            .msg_namelen = sizeof address,
                            .msg_iov = parts,
                            .msg_iovlen = sizeof parts / sizeof *parts };
  ssize_t n = sendmsg (log->fd, &message, MSG_NOSIGNAL | (journal->stuck ? MSG_DONTWAIT : 0));
  journal->stuck = n < 0 && errno == EAGAIN;
}

/* Adds SIZE bytes at DATA, without a newline, to the stream's line; sends what does not fit. */
static void
add_text (struct log *log, enum stream_name stream, const char *data, size_t size)
{
  struct line *line = &log->journal->lines[stream];
  while (size > 0)
    {
      if (line->used == PIECE_MAX)
        {
          send_entry (log, stream, (struct iovec) { line->text, line->used }, true);
          line->used = 0;
        }
      size_t part = size < PIECE_MAX - line->used ? size : PIECE_MAX - line->used;
      memcpy (line->text + line->used, data, part);
      line->used += part;
      data += part;
      size -= part;
    }
}

void
log_journal_write (struct log *log, enum stream_name stream, const char *data, size_t size)
{
  struct line *line = &log->journal->lines[stream];
  const char *newline;
  for (; (newline = memchr (data, '\n', size)); size -= (size_t) (newline + 1 - data), data = newline + 1)
    {
      size_t length = (size_t) (newline - data);
      add_text (log, stream, data, length);
      send_entry (log, stream, (struct iovec) { line->text, line->used }, false);
      line->used = 0;
    }
  add_text (log, stream, data, size);
}

void
log_journal_end_run (struct log *log)
{
  for (enum stream_name stream = STREAM_STDOUT; stream <= STREAM_STDERR; stream++)
    {
      struct line *line = &log->journal->lines[stream];
      if (line->used)
        send_entry (log, stream, (struct iovec) { line->text, line->used }, true);
      line->used = 0;
    }
}

void
log_journal_close (struct log *log)
{
  if (log->journal)
    free (log->journal->fields);
  free (log->journal);
  log->journal = NULL;
}

/*
 * The least of HTTP/2 (RFC 9113) that one call of gRPC's health checking protocol needs: the client's
 * preface, a request of fixed headers, and the frames of its answer up to the message.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "probe/probe.h"

#define SERVICE_MAX 120
#define FRAME_HEAD 9
/* What a server may send before a client has allowed it more. */
#define FRAME_MAX 16384
/* gRPC's own: whether it is compressed, and its length. */
#define MESSAGE_HEAD 5
#define MESSAGE_MAX 64
/* A server that sends more frames than this before its answer will not answer. */
#define FRAMES_MAX 64

enum frame_type
{
  FRAME_DATA = 0,
  FRAME_HEADERS = 1,
  FRAME_RESET = 3,
  FRAME_SETTINGS = 4,
  FRAME_PING = 6,
  FRAME_GOAWAY = 7,
};

#define FLAG_END_STREAM 0x1
#define FLAG_ACK 0x1
#define FLAG_END_HEADERS 0x4
#define FLAG_PADDED 0x8

struct buffer
{
  size_t used;
  unsigned char bytes[1024];
};

struct frame
{
  size_t size;
  unsigned char type, flags;
  unsigned char payload[FRAME_MAX];
};

static void
put (struct buffer *buffer, const void *bytes, size_t size)
{
  if (size > sizeof buffer->bytes - buffer->used)
    size = sizeof buffer->bytes - buffer->used;
  memcpy (buffer->bytes + buffer->used, bytes, size);
  buffer->used += size;
}

static void
put_byte (struct buffer *buffer, unsigned char byte)
{
  put (buffer, &byte, 1);
}

static void
put_frame (struct buffer *buffer, enum frame_type type, unsigned char flags, unsigned char stream,
           const struct buffer *payload)
{
  unsigned char head[FRAME_HEAD] = { 0,
                                     (unsigned char) (payload->used >> 8),
                                     (unsigned char) payload->used,
                                     (unsigned char) type,
                                     flags,
                                     0,
                                     0,
                                     0,
                                     stream };
  put (buffer, head, sizeof head);
  put (buffer, payload->bytes, payload->used);
}

/* HPACK (RFC 7541): a text as it is, without Huffman's code. Its length has to be below 127. */
static void
put_text (struct buffer *buffer, const char *text)
{
  put_byte (buffer, (unsigned char) strlen (text));
  put (buffer, text, strlen (text));
}

static void
put_request (struct buffer *buffer, const char *authority, const char *service)
{
  struct buffer headers = { 0 }, data = { 0 }, settings = { 0 };
  size_t length = strlen (service), message = length ? length + 2 : 0;
  put_byte (&headers, 0x83); /* :method POST */
  put_byte (&headers, 0x86); /* :scheme http */
  put_byte (&headers, 0x04); /* :path */
  put_text (&headers, "/grpc.health.v1.Health/Check");
  put_byte (&headers, 0x01); /* :authority */
  put_text (&headers, authority);
  put (&headers, "\x0f\x10", 2); /* content-type: 31 in the static table */
  put_text (&headers, "application/grpc");
  put_byte (&headers, 0x00);
  put_text (&headers, "te");
  put_text (&headers, "trailers");
  put (&data, "\0\0\0\0", MESSAGE_HEAD - 1);
  put_byte (&data, (unsigned char) message);
  if (length)
    {
      put_byte (&data, 0x0a); /* field 1, a text */
      put_text (&data, service);
    }
  put_frame (buffer, FRAME_SETTINGS, 0, 0, &settings);
  put_frame (buffer, FRAME_HEADERS, FLAG_END_HEADERS, 1, &headers);
  put_frame (buffer, FRAME_DATA, FLAG_END_STREAM, 1, &data);
}

static int
read_all (int fd, unsigned char *to, size_t size)
{
  while (size > 0)
    {
      ssize_t n = read (fd, to, size);
      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = EPIPE;
      if (n <= 0)
        return -1;
      to += n;
      size -= (size_t) n;
    }
  return 0;
}

static int
read_frame (int fd, struct frame *frame)
{
  unsigned char head[FRAME_HEAD];
  if (read_all (fd, head, sizeof head) < 0)
    return -1;
  frame->size = (size_t) head[0] << 16 | (size_t) head[1] << 8 | head[2];
  frame->type = head[3];
  frame->flags = head[4];
  if (frame->size > FRAME_MAX)
    {
      errno = EPROTO;
      return -1;
    }
  return read_all (fd, frame->payload, frame->size);
}

/* Appends what is in a DATA frame, without its padding, as far as there is room. */
static void
take_data (const struct frame *frame, struct buffer *message)
{
  bool padded = frame->flags & FLAG_PADDED && frame->size > 0;
  size_t skip = padded ? 1 : 0, padding = padded ? frame->payload[0] : 0;
  if (skip + padding <= frame->size)
    put (message, frame->payload + skip, frame->size - skip - padding);
}

/* Returns HealthCheckResponse.status, field 1; -1 where the message isn't whole. Left out it is 0. */
static int
status_of (const struct buffer *message)
{
  const unsigned char *bytes = message->bytes;
  if (message->used < MESSAGE_HEAD)
    return -1;
  size_t size = (size_t) bytes[1] << 24 | (size_t) bytes[2] << 16 | (size_t) bytes[3] << 8 | bytes[4];
  if (size > MESSAGE_MAX || message->used < MESSAGE_HEAD + size)
    return -1;
  return size >= 2 && bytes[MESSAGE_HEAD] == 0x08 ? bytes[MESSAGE_HEAD + 1] : 0;
}

static int
answer (int fd, const struct frame *frame)
{
  struct buffer buffer = { 0 }, payload = { 0 };
  put (&payload, frame->payload, frame->type == FRAME_PING ? frame->size : 0);
  put_frame (&buffer, frame->type, FLAG_ACK, 0, &payload);
  return write_all (fd, buffer.bytes, buffer.used);
}

/* Returns the status of the service; -1 after a line that says why there is none. */
static int
await_status (int fd)
{
  static struct frame frame;
  struct buffer message = { 0 };
  for (int count = 0; count < FRAMES_MAX && status_of (&message) < 0; count++)
    {
      bool ours = read_frame (fd, &frame) == 0;
      if (ours && (frame.type == FRAME_SETTINGS || frame.type == FRAME_PING) && !(frame.flags & FLAG_ACK))
        ours = answer (fd, &frame) == 0;
      if (!ours)
        {
          failed ("grpc: %s", strerror (errno));
          return -1;
        }
      if (frame.type == FRAME_DATA)
        take_data (&frame, &message);
      bool ended = frame.type <= FRAME_HEADERS && frame.flags & FLAG_END_STREAM;
      if (frame.type == FRAME_RESET || frame.type == FRAME_GOAWAY || ended)
        break;
    }
  int status = status_of (&message);
  if (status < 0)
    failed ("grpc: the server has no such health check (grpc.health.v1.Health)");
  return status;
}

int
probe_grpc (int fd, const char *host, const char *port, const char *service)
{
  static const char PREFACE[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  static const char *const NAMES[] = { "UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN" };
  char authority[ADDRESS_SIZE + 8];
  struct buffer buffer = { 0 };
  if (strlen (service) > SERVICE_MAX)
    return failed ("grpc: the service's name has more than %d characters", SERVICE_MAX);
  snprintf (authority, sizeof authority, strchr (host, ':') ? "[%s]:%s" : "%s:%s", host, port);
  put (&buffer, PREFACE, sizeof PREFACE - 1);
  put_request (&buffer, authority, service);
  if (write_all (fd, buffer.bytes, buffer.used) < 0)
    return failed ("grpc: %s", strerror (errno));
  int status = await_status (fd);
  if (status < 0)
    return PROBE_FAILED;
  if (status == 1)
    return PROBE_PASSED;
  return failed ("service unhealthy (responded with \"%s\")", status < 4 ? NAMES[status] : "?");
}

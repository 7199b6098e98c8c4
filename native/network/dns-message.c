#include "network/dns-message.h"

#include <string.h>

#define LABEL_MAX 63
#define POINTER 0xc0
#define FLAG_RESPONSE 0x80
#define FLAG_TRUNCATED 0x02
#define FLAG_RECURSION_DESIRED 0x01
#define FLAG_RECURSION_AVAILABLE 0x80
#define OPCODE 0x78
#define CLASS_IN 1
#define OUR_UDP_SIZE 4096
#define OPT_SIZE 11

static uint16_t
read_16 (const uint8_t *at)
{
  return (uint16_t) (at[0] << 8 | at[1]);
}

static void
write_16 (uint8_t *at, size_t value)
{
  at[0] = (uint8_t) (value >> 8);
  at[1] = (uint8_t) value;
}

/* RFC 4343: names are compared without regard to the case of ASCII letters, in any locale. */
static char
lower (uint8_t byte)
{
  return (char) (byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

/*
 * A name of the question, which nothing stands before that a pointer could lead to. A dot or a zero within a
 * label could pass for another name: such a name is none of ours, and is spelt so that it never is.
 */
static size_t
read_name (const uint8_t *packet, size_t size, size_t at, char *name)
{
  size_t used = 0;
  while (at < size && packet[at] != 0)
    {
      size_t length = packet[at++];
      if (length > LABEL_MAX || length > size - at || used + length + 2 > DNS_NAME_MAX)
        return 0;
      if (used)
        name[used++] = '.';
      for (size_t i = 0; i < length; i++)
        {
          uint8_t byte = packet[at + i];
          name[used++] = byte == '.' || byte == 0 ? '\x7f' : lower (byte);
        }
      at += length;
    }
  name[used] = '\0';
  return at < size ? at + 1 : 0;
}

/* Where a record's name ends that may end in a pointer; 0: outside of the packet. */
static size_t
skip_name (const uint8_t *packet, size_t size, size_t at)
{
  while (at < size && packet[at] != 0)
    {
      if ((packet[at] & POINTER) == POINTER)
        return at + 2 <= size ? at + 2 : 0;
      if (packet[at] > LABEL_MAX)
        return 0;
      at += 1u + packet[at];
    }
  return at < size ? at + 1 : 0;
}

static bool
read_records (const uint8_t *packet, size_t size, struct dns_question *question)
{
  size_t at = question->end;
  size_t count = (size_t) read_16 (packet + 6) + read_16 (packet + 8) + read_16 (packet + 10);
  for (; count > 0; count--)
    {
      at = skip_name (packet, size, at);
      if (at == 0 || size - at < 10)
        return false;
      size_t length = read_16 (packet + at + 8);
      if (length > size - at - 10)
        return false;
      if (read_16 (packet + at) == DNS_OPT)
        {
          question->has_opt = true;
          question->udp_size = read_16 (packet + at + 2);
        }
      at += 10 + length;
    }
  if (question->udp_size < DNS_UDP_MAX)
    question->udp_size = DNS_UDP_MAX;
  return true;
}

int
dns_read_question (const uint8_t *packet, size_t size, struct dns_question *question)
{
  *question = (struct dns_question) { .udp_size = DNS_UDP_MAX, .end = DNS_HEADER };
  if (size < DNS_HEADER || packet[2] & FLAG_RESPONSE)
    return -1;
  if (packet[2] & OPCODE)
    return DNS_NOTIMP;
  if (read_16 (packet + 4) != 1)
    return DNS_FORMERR;
  size_t end = read_name (packet, size, DNS_HEADER, question->name);
  if (end == 0 || size - end < 4)
    return DNS_FORMERR;
  question->type = read_16 (packet + end);
  question->end = end + 4;
  if (!read_records (packet, size, question))
    {
      question->has_opt = false;
      question->udp_size = DNS_UDP_MAX;
      return DNS_FORMERR;
    }
  return read_16 (packet + end + 2) == CLASS_IN ? DNS_NOERROR : DNS_REFUSED;
}

void
dns_begin_answer (struct dns_answer *answer, uint8_t *packet, size_t limit, const uint8_t *query,
                  const struct dns_question *question, int code)
{
  memcpy (packet, query, question->end);
  packet[2] = (uint8_t) (FLAG_RESPONSE | (query[2] & (OPCODE | FLAG_RECURSION_DESIRED)));
  packet[3] = (uint8_t) (FLAG_RECURSION_AVAILABLE | code);
  memset (packet + 4, 0, DNS_HEADER - 4);
  packet[5] = question->end > DNS_HEADER;
  *answer = (struct dns_answer) {
    .packet = packet,
    .size = question->end,
    .limit = question->has_opt ? limit - OPT_SIZE : limit,
  };
}

void
dns_add_record (struct dns_answer *answer, uint16_t type, const uint8_t *data, size_t size)
{
  uint8_t *at = answer->packet + answer->size;
  if (answer->truncated || size + 12 > answer->limit - answer->size)
    {
      answer->truncated = true;
      return;
    }
  write_16 (at, (size_t) POINTER << 8 | DNS_HEADER);
  write_16 (at + 2, type);
  write_16 (at + 4, CLASS_IN);
  memset (at + 6, 0, 4); /* TTL */
  write_16 (at + 10, size);
  memcpy (at + 12, data, size);
  answer->size += 12 + size;
  write_16 (answer->packet + 6, read_16 (answer->packet + 6) + 1u);
}

void
dns_add_name (struct dns_answer *answer, const char *name)
{
  uint8_t data[DNS_NAME_MAX + 1];
  size_t used = 0;
  while (*name)
    {
      size_t length = strcspn (name, ".");
      if (length == 0 || length > LABEL_MAX || used + length + 2 > sizeof data)
        return;
      data[used++] = (uint8_t) length;
      memcpy (data + used, name, length);
      used += length;
      name += length + (name[length] == '.');
    }
  data[used++] = 0;
  dns_add_record (answer, DNS_PTR, data, used);
}

size_t
dns_end_answer (struct dns_answer *answer, const struct dns_question *question)
{
  if (answer->truncated)
    answer->packet[2] |= FLAG_TRUNCATED;
  if (question->has_opt)
    {
      uint8_t *at = answer->packet + answer->size;
      memset (at, 0, OPT_SIZE);
      write_16 (at + 1, DNS_OPT);
      write_16 (at + 3, OUR_UDP_SIZE);
      answer->packet[11]++;
      answer->size += OPT_SIZE;
    }
  return answer->size;
}

size_t
dns_truncate (uint8_t *answer, size_t size, const struct dns_question *question, size_t limit)
{
  if (size <= limit || question->end > size)
    return size <= limit ? size : 0;
  answer[2] |= FLAG_TRUNCATED;
  memset (answer + 6, 0, 6);
  return question->end;
}

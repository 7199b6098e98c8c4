#include "common/dbus-message.h"

#include <string.h>

enum
{
  METHOD_CALL = 1,
  NO_REPLY_EXPECTED = 1,
  PROTOCOL_VERSION = 1,
  SERIAL = 1,
};

enum
{
  FIELD_PATH = 1,
  FIELD_INTERFACE = 2,
  FIELD_MEMBER = 3,
  FIELD_DESTINATION = 6,
  FIELD_SIGNATURE = 8,
};

#define BODY_LENGTH_AT 4

static void
put (struct dbus_message *message, const void *bytes, size_t size)
{
  message->full |= size > sizeof message->bytes - message->size;
  if (message->full)
    return;
  memcpy (message->bytes + message->size, bytes, size);
  message->size += size;
}

void
dbus_align (struct dbus_message *message, size_t boundary)
{
  static const unsigned char zeros[8];
  put (message, zeros, (boundary - message->size % boundary) % boundary);
}

static void
put_byte (struct dbus_message *message, unsigned char byte)
{
  put (message, &byte, 1);
}

void
dbus_put_uint32 (struct dbus_message *message, uint32_t value)
{
  dbus_align (message, sizeof value);
  put (message, &value, sizeof value);
}

void
dbus_put_string (struct dbus_message *message, const char *text)
{
  dbus_put_uint32 (message, (uint32_t) strlen (text));
  put (message, text, strlen (text) + 1);
}

void
dbus_put_signature (struct dbus_message *message, const char *signature)
{
  put_byte (message, (unsigned char) strlen (signature));
  put (message, signature, strlen (signature) + 1);
}

static void
overwrite (struct dbus_message *message, size_t at, uint32_t value)
{
  if (!message->full)
    memcpy (message->bytes + at, &value, sizeof value);
}

struct dbus_array
dbus_begin_array (struct dbus_message *message, size_t boundary)
{
  dbus_put_uint32 (message, 0);
  size_t length_at = message->size - sizeof (uint32_t);
  dbus_align (message, boundary);
  return (struct dbus_array) { .length_at = length_at, .begin = message->size };
}

void
dbus_end_array (struct dbus_message *message, struct dbus_array array)
{
  overwrite (message, array.length_at, (uint32_t) (message->size - array.begin));
}

static void
put_field (struct dbus_message *message, unsigned char field, const char *type, const char *text)
{
  dbus_align (message, 8);
  put_byte (message, field);
  dbus_put_signature (message, type);
  if (*type == 'g')
    dbus_put_signature (message, text);
  else
    dbus_put_string (message, text);
}

size_t
dbus_begin_call (struct dbus_message *message, const struct dbus_call *call)
{
  const uint16_t one = 1;
  message->size = 0;
  message->full = false;
  put_byte (message, *(const unsigned char *) &one ? 'l' : 'B');
  put_byte (message, METHOD_CALL);
  put_byte (message, NO_REPLY_EXPECTED);
  put_byte (message, PROTOCOL_VERSION);
  dbus_put_uint32 (message, 0); /* the body's length: BODY_LENGTH_AT */
  dbus_put_uint32 (message, SERIAL);
  struct dbus_array fields = dbus_begin_array (message, 8);
  put_field (message, FIELD_PATH, "o", call->path);
  put_field (message, FIELD_INTERFACE, "s", call->interface);
  put_field (message, FIELD_MEMBER, "s", call->member);
  put_field (message, FIELD_DESTINATION, "s", call->destination);
  put_field (message, FIELD_SIGNATURE, "g", call->signature);
  dbus_end_array (message, fields);
  dbus_align (message, 8);
  return message->size;
}

void
dbus_end_call (struct dbus_message *message, size_t body)
{
  overwrite (message, BODY_LENGTH_AT, (uint32_t) (message->size - body));
}

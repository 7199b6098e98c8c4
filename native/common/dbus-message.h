/*
 * dbus-message.h - the one kind of message that is written here: a D-Bus method call, little-endian or not
 * as this machine is. https://dbus.freedesktop.org/doc/dbus-specification.html, "Marshaling"
 */
#ifndef TSPOD_DBUS_MESSAGE_H
#define TSPOD_DBUS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dbus_message
{
  unsigned char bytes[2048];
  size_t size;
  bool full; /* something did not fit, and is missing */
};

void dbus_put_uint32 (struct dbus_message *message, uint32_t value);

/* Type `s` or `o`. */
void dbus_put_string (struct dbus_message *message, const char *text);

/* Type `g`. */
void dbus_put_signature (struct dbus_message *message, const char *signature);

/* Structs, and what has elements of 8 bytes, begin at a multiple of 8. */
void dbus_align (struct dbus_message *message, size_t boundary);

/* An array whose elements are aligned to BOUNDARY: what is put until dbus_end_array() are its elements. */
struct dbus_array
{
  size_t length_at, begin;
};
struct dbus_array dbus_begin_array (struct dbus_message *message, size_t boundary);
void dbus_end_array (struct dbus_message *message, struct dbus_array array);

/* The header of a method call, up to where its body begins; dbus_end_call() when that is complete. */
struct dbus_call
{
  const char *destination, *path, *interface, *member, *signature;
};
size_t dbus_begin_call (struct dbus_message *message, const struct dbus_call *call);
void dbus_end_call (struct dbus_message *message, size_t body);

#endif

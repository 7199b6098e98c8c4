#include "common/dbus-message.h"
#include "test/tap.h"

#include <string.h>

/* The fields of the header below, by the specification. */
static const unsigned char expected[] = {
  'l', 1,   1,   1, /* */ 8, 0,   0,   0, /* */ 1, 0, 0,   0, /* */ 0x59, 0,   0,   0, 1,   1, 'o', 0,
  2,   0,   0,   0, '/',     'p', 0,   0, 0,       0, 0,   0, 2,          1,   's', 0, 3,   0, 0,   0,
  'a', '.', 'b', 0, 0,       0,   0,   0, 3,       1, 's', 0, 1,          0,   0,   0, 'M', 0, 0,   0,
  0,   0,   0,   0, 6,       1,   's', 0, 3,       0, 0,   0, 'c',        '.', 'd', 0, 0,   0, 0,   0,
  8,   1,   'g', 0, 2,       'a', 'u', 0, 0,       0, 0,   0, 0,          0,   0,   0,
};

int
main (void)
{
  const struct dbus_call call = {
    .path = "/p", .interface = "a.b", .member = "M", .destination = "c.d", .signature = "au"
  };
  struct dbus_message message;
  size_t body = dbus_begin_call (&message, &call);
  struct dbus_array array = dbus_begin_array (&message, 4);
  dbus_put_uint32 (&message, 7);
  dbus_end_array (&message, array);
  dbus_end_call (&message, body);

  ok (body % 8 == 0, "the body begins at a multiple of 8");
  ok (message.size == body + 8, "the body is the array's length and one number");
  ok (message.bytes[4] == 8, "the header has the body's length");
  ok (memcmp (message.bytes + body, "\4\0\0\0\7\0\0\0", 8) == 0,
      "the array: its length in bytes, then its element");
  ok (memcmp (message.bytes + 16, expected + 16, 64) == 0, "fields begin at multiples of 8");
  ok (!message.full, "all of it fitted");

  char text[sizeof message.bytes];
  memset (text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  dbus_put_string (&message, text);
  ok (message.full, "what does not fit is said to be missing");
  return done_testing ();
}

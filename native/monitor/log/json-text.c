#include "monitor/log/json-text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Returns the length of the UTF-8 character at TEXT; 0 where there is none. */
static size_t
character_length (const unsigned char *text, size_t size)
{
  size_t length = text[0] < 0x80                      ? 1
                  : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
                  : text[0] >= 0xe0 && text[0] < 0xf0 ? 3
                  : text[0] >= 0xf0 && text[0] < 0xf5 ? 4
                                                      : 0;
  if (length > size)
    return 0;
  for (size_t i = 1; i < length; i++)
    if ((text[i] & 0xc0) != 0x80)
      return 0;
  bool overlong = (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xf0 && text[1] < 0x90);
  bool out_of_range = (text[0] == 0xed && text[1] >= 0xa0) || (text[0] == 0xf4 && text[1] >= 0x90);
  return overlong || out_of_range ? 0 : length;
}

static bool
is_plain (unsigned char byte)
{
  return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

static void
escape (struct json_piece *piece, unsigned char byte)
{
  static const char SPECIAL[] = "\"\\\n\r\t", LETTERS[] = "\"\\nrt";
  const char *found = byte ? strchr (SPECIAL, byte) : NULL;
  if (found)
    snprintf (piece->escape, sizeof piece->escape, "\\%c", LETTERS[found - SPECIAL]);
  else
    snprintf (piece->escape, sizeof piece->escape, "\\u%04x", byte);
  piece->text = piece->escape;
  piece->size = strlen (piece->escape);
}

size_t
json_piece (struct json_piece *piece, const char *text, size_t size)
{
  size_t plain = 0;
  while (plain < size && is_plain ((unsigned char) text[plain]))
    plain++;
  size_t length = plain ? plain : character_length ((const unsigned char *) text, size);
  piece->text = length ? text : "\xef\xbf\xbd";
  piece->size = length ? length : 3;
  if (!plain && length == 1)
    escape (piece, (unsigned char) *text);
  return length ? length : 1;
}

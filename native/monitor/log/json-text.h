/* json-text.h - text as JSON has it between its quotes; what is no UTF-8 is replaced by U+FFFD. */
#ifndef TSPOD_JSON_TEXT_H
#define TSPOD_JSON_TEXT_H

#include <stddef.h>

/* What stands for a part of the text: a part that is plain, or one character. */
struct json_piece
{
  const char *text;
  size_t size;
  char escape[8];
};

/* Returns how many bytes of TEXT, of which there is at least one, the piece stands for. */
size_t json_piece (struct json_piece *piece, const char *text, size_t size);

#endif

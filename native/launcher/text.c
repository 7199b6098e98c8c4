#include "launcher/text.h"

#include <stdarg.h>
#include <stdio.h>

#include "launcher/die.h"

char *
format_text (const char *format, ...)
{
  va_list arguments;
  char *text;

  va_start (arguments, format);
  if (vasprintf (&text, format, arguments) < 0)
    die ("out of memory");
  va_end (arguments);
  return text;
}

#include "launcher/die.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_LAUNCHER 125

#define NO_GNU_LIBRARY \
  "it needs the GNU C library, which is not where Debian, Fedora and most others have it; tspod does not " \
  "run on a system with only musl, as Alpine"

/* One write(2) for the whole line, so that lines of several launchers at once don't mix. */
static void
print_line (const char *prefix, const char *format, va_list arguments, const char *suffix)
{
  char text[2048], line[2304];
  vsnprintf (text, sizeof text, format, arguments);
  int size = snprintf (line, sizeof line, "%s: %s%s%s\n", prefix, text, suffix ? ": " : "",
                       suffix ? suffix : "");
  if (size > 0 && write (STDERR_FILENO, line, (size_t) size) < 0)
    return; /* stderr is closed, so the line can't be shown */
}

void
die (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  print_line ("Error", format, arguments, NULL);
  va_end (arguments);
  _exit (EXIT_LAUNCHER);
}

void
die_errno (const char *format, ...)
{
  const char *reason = strerror (errno);
  va_list arguments;

  va_start (arguments, format);
  print_line ("Error", format, arguments, reason);
  va_end (arguments);
  _exit (EXIT_LAUNCHER);
}

void
die_not_executed (const char *program)
{
  /* The kernel says of a dynamic linker what it says of a program: there is none. */
  if (errno == ENOENT && access (program, F_OK) == 0)
    die ("executing \"%s\": " NO_GNU_LIBRARY, program);
  die_errno ("executing \"%s\"", program);
}

void
warn_user (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  print_line ("Warning", format, arguments, NULL);
  va_end (arguments);
}

/* die.h - the launcher's one way to fail: one line, exit code 125 */
#ifndef TSPOD_DIE_H
#define TSPOD_DIE_H

/* "Error: …" and exit 125, "the error is with the container manager itself" */
void die (const char *format, ...) __attribute__ ((noreturn, format (printf, 1, 2)));

/* The same, with the text of errno after it. */
void die_errno (const char *format, ...) __attribute__ ((noreturn, format (printf, 1, 2)));

/* "Warning: …" */
void warn_user (const char *format, ...) __attribute__ ((format (printf, 1, 2)));

#endif

/* die.h - the launcher's one way to fail: one line, exit code 125 */
#ifndef TSPOD_DIE_H
#define TSPOD_DIE_H

/* Prints "Error: …" and exits with 125: "the error is with the container manager itself". */
void die (const char *format, ...) __attribute__ ((noreturn, format (printf, 1, 2)));

/* As die(), with the text of errno behind the message. */
void die_errno (const char *format, ...) __attribute__ ((noreturn, format (printf, 1, 2)));

/* Ends with the reason why execve(2) of a program of ours, by its absolute path, has just failed. */
void die_not_executed (const char *program) __attribute__ ((noreturn));

/* The end of messages about what the host lacks. */
#define SEE_DOCTOR "; \"tspod doctor\" looks for the rest"

/* Prints "Warning: …". */
void warn_user (const char *format, ...) __attribute__ ((format (printf, 1, 2)));

#endif

/* options.h - argv of tspod-attach. */
#ifndef TSPOD_OPTIONS_H
#define TSPOD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "attach/answers.h"
#include "attach/starting.h"

#define DETACH_KEYS_MAX 64

struct options
{
  bool tty, stdin_wanted, stdout_wanted, stderr_wanted, sig_proxy;
  bool tells_when_attached; /* by closing descriptor 3 */
  unsigned long
      stop_seconds; /* of systemd's SIGTERM to a unit's main process: then SIGKILL follows; 0: never */
  bool stop_on_broken_output; /* --rm: no other program would end the container */
  unsigned char detach_keys[DETACH_KEYS_MAX];
  size_t detach_size; /* 0: no keys detach */
  /* NULL; otherwise run a health check and tell its result: the time limit in words */
  const char *health_timeout;
  const char *directory;
  struct answers answers;   /* the monitor's, of a start that is not over */
  struct starting starting; /* its command stands behind the directory */
};

/* Returns -1 where argv is not as the command makes it. Keeps pointers into argv. */
int parse_options (struct options *options, int argc, char **argv);

/* Returns the exit code for it. */
int print_usage (void);

#endif

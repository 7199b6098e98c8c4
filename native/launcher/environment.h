/* environment.h - what the command finds in its environment: native/protocol.h, section 1 */
#ifndef TSPOD_ENVIRONMENT_H
#define TSPOD_ENVIRONMENT_H

#include <stddef.h>

struct environment
{
  char **entries; /* ends with NULL */
  size_t count;
};

/*
 * A copy of `environ` with room for `more`, without what only a launcher sets or what says nothing, and with
 * NODE_OPTIONS out of our Node's way.
 */
struct environment copy_environment (char **environ_entries, size_t more);

/* "NAME=value" */
void add_to_environment (struct environment *environment, char *entry);

#endif

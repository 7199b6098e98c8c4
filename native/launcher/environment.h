/* environment.h - the environment that the command gets: native/protocol.h, section 1 */
#ifndef TSPOD_ENVIRONMENT_H
#define TSPOD_ENVIRONMENT_H

#include <stddef.h>

struct environment
{
  char **entries; /* ends with NULL */
  size_t count;
};

/*
 * Copies `environ`, with room for `more` entries. Variables that only a launcher may set, and an empty
 * HOME, are left out; NODE_OPTIONS gets another name, since it is meant for the user's Node, not for ours.
 */
struct environment copy_environment (char **environ_entries, size_t more);

/* Adds an entry "NAME=value". */
void add_to_environment (struct environment *environment, char *entry);

#endif

/* subordinate-ids.h - the ids that /etc/subuid and /etc/subgid lend to a user: subuid(5), subgid(5) */
#ifndef TSPOD_SUBORDINATE_IDS_H
#define TSPOD_SUBORDINATE_IDS_H

#include <stdbool.h>
#include <stddef.h>

/* The kernel takes 340 lines (user_namespaces(7)); no user has as many ranges. */
#define MAX_RANGES 64

struct range
{
  unsigned long start, count;
};

struct ranges
{
  struct range items[MAX_RANGES];
  size_t count;
};

/*
 * Adds the ranges in `path` that belong to `user` or to the number `uid`. Lines that don't parse are
 * skipped, as newuidmap does. A range that overlaps with an earlier one, or with `taken` (the id that is
 * mapped anyway), is skipped as well, since the kernel would refuse the whole map. A file that isn't there
 * has no ranges.
 */
void read_subordinate_ids (const char *path, const char *user, unsigned long uid, unsigned long taken,
                           struct ranges *ranges);

/* Adds one range, or skips it as above. */
void add_range (struct ranges *ranges, struct range range, unsigned long taken);

/* Returns the first id, at least 100000, from which on no line of the file has any. */
unsigned long first_free_id (const char *path);

/* Finds the name of `uid` in a file such as /etc/passwd. */
bool find_user_name (const char *path, unsigned long uid, char *name, size_t size);

#endif

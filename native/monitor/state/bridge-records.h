/*
 * bridge-records.h - the file of the container's networks: one record on each line, words with one space
 * between.
 */
#ifndef TSPOD_BRIDGE_RECORDS_H
#define TSPOD_BRIDGE_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#define BRIDGE_RECORDS_MAX 65536

struct bridge_record
{
  char **words;   /* end with NULL */
  bool is_bridge; /* bridge NETWORK WORD...; otherwise: forward PROTOCOL ... */
  int index;      /* of the bridge in the shared namespace; 0: not known yet */
};

struct bridge_records
{
  struct bridge_record *list;
  size_t count;
  char *text, **words;
};

/* Reads PATH. Returns 0; or -1 with errno, and nothing to free. */
int bridge_records_read (struct bridge_records *records, const char *path);

void bridge_records_free (struct bridge_records *records);

/* Whether they make the same interface: names and name servers are not the kernel's business. */
bool bridge_record_same_interface (const struct bridge_record *a, const struct bridge_record *b);

/* Whether also their bridges are the same, with what they are isolated from. */
bool bridge_record_same_bridge (const struct bridge_record *a, const struct bridge_record *b);

#endif

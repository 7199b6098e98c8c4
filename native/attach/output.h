/*
 * output.h - the content of a packet on its way to stdout or stderr. No other packet is taken until all of
 * it is there.
 */
#ifndef TSPOD_OUTPUT_H
#define TSPOD_OUTPUT_H

#include <stddef.h>

#include "attach-protocol.h"

struct output
{
  int fd; /* where the rest of the packet goes; -1: none is waiting */
  size_t size, done;
  unsigned char packet[1 + ATTACH_PAYLOAD_MAX];
};

/* Takes the content of the packet, SIZE bytes with its type, for FD, and writes as output_write(). */
int output_take (struct output *output, int fd, size_t size);

/*
 * Writes what FD takes now. Returns -1 with errno where FD takes nothing any more; the rest is dropped
 * then.
 */
int output_write (struct output *output);

#endif

/* input.h - stdin on its way to the container, without the detach sequence. */
#ifndef TSPOD_INPUT_H
#define TSPOD_INPUT_H

#include <stdbool.h>

#include "attach-protocol.h"
#include "attach/detach-keys.h"

/*
 * Whole pages, so that a program that reads records of 512 bytes gets them whole. The rest of a packet is
 * room for detach keys that were held back.
 */
#define INPUT_MAX (ATTACH_PAYLOAD_MAX - 4096)

struct input
{
  bool open;
  bool may_send; /* the monitor has taken our last MSG_STDIN */
  struct detach_keys keys;
  unsigned char bytes[INPUT_MAX];
  unsigned char packet[1 + ATTACH_PAYLOAD_MAX];
};

/* Reads once, and sends the bytes, or that stdin has ended. Returns whether the detach sequence came. */
bool input_relay (struct input *input, int socket);

#endif

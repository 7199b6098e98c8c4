/*
 * zone.h - what the name server knows, as one block of memory: the holder writes it anew at each change, into
 * a sealed memfd, and hands that to the name server, which only reads it.
 */
#ifndef TSPOD_ZONE_H
#define TSPOD_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZONE_SIZE_MAX (4u << 20)
#define ZONE_ANY UINT32_MAX

struct zone_network
{
  uint32_t index; /* of its bridge */
  uint8_t internal, dns;
  uint8_t unused[2];
};

struct zone_address
{
  uint32_t container, network; /* numbers; a network's is its place in the array */
  uint8_t family, unused[3];   /* AF_INET, AF_INET6 */
  uint8_t bytes[16];
};

struct zone_name
{
  uint32_t container, network;
  uint32_t text; /* place in the texts: lower case, NUL-terminated, without a dot at the end */
};

/* Whom to ask for other names. The first that fit count: of the container, of the network, of the host. */
struct zone_server
{
  uint32_t container, network; /* ZONE_ANY: all */
  uint8_t family, unused;
  uint16_t port;
  uint8_t bytes[16];
};

struct zone
{
  const struct zone_network *networks;
  const struct zone_address *addresses;
  const struct zone_name *names;
  const struct zone_server *servers;
  const char *texts;
  uint32_t network_count, address_count, name_count, server_count, text_size;
};

struct zone_header
{
  uint32_t network_count, address_count, name_count, server_count, text_size;
};

/* Takes the parts of a block of SIZE bytes. Returns false where they don't fit into it. */
bool zone_open (struct zone *zone, const void *block, size_t size);

#endif

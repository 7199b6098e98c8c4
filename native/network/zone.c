#include "network/zone.h"

bool
zone_open (struct zone *zone, const void *block, size_t size)
{
  const struct zone_header *header = block;
  const char *at = (const char *) (header + 1), *end = (const char *) block + size;
  *zone = (struct zone) { 0 };
  if (size < sizeof *header || size > ZONE_SIZE_MAX)
    return false;
  zone->networks = (const void *) at;
  at += (size_t) header->network_count * sizeof *zone->networks;
  zone->addresses = (const void *) at;
  at += (size_t) header->address_count * sizeof *zone->addresses;
  zone->names = (const void *) at;
  at += (size_t) header->name_count * sizeof *zone->names;
  zone->servers = (const void *) at;
  at += (size_t) header->server_count * sizeof *zone->servers;
  zone->texts = at;
  at += header->text_size;
  if (at != end || (header->text_size && at[-1] != '\0'))
    {
      *zone = (struct zone) { 0 };
      return false;
    }
  zone->network_count = header->network_count;
  zone->address_count = header->address_count;
  zone->name_count = header->name_count;
  zone->server_count = header->server_count;
  zone->text_size = header->text_size;
  return true;
}

/* What a container asks the name server: any packet, by UDP and by TCP. */
#include <string.h>
#include <sys/socket.h>

#include "fuzz/target.h"
#include "network/answer.h"

static const struct zone_network NETWORKS[] = { { .index = 3, .dns = 1 },
                                                { .index = 4, .dns = 1, .internal = 1 } };
static const char TEXTS[] = "web\0db";
static const struct zone_address ADDRESSES[] = {
  { .container = 1, .network = 0, .family = AF_INET, .bytes = { 10, 0, 0, 2 } },
  { .container = 2, .network = 0, .family = AF_INET6, .bytes = { 0xfd } },
  { .container = 2, .network = 1, .family = AF_INET, .bytes = { 10, 1, 0, 2 } },
};
static const struct zone_name NAMES[] = { { .container = 1, .network = 0, .text = 0 },
                                          { .container = 2, .network = 0, .text = 4 },
                                          { .container = 2, .network = 1, .text = 4 } };
static const struct zone_server SERVERS[] = {
  { .container = ZONE_ANY, .network = ZONE_ANY, .family = AF_INET, .port = 53, .bytes = { 9, 9, 9, 9 } }
};
static const struct zone ZONE = { .networks = NETWORKS,
                                  .addresses = ADDRESSES,
                                  .names = NAMES,
                                  .servers = SERVERS,
                                  .texts = TEXTS,
                                  .network_count = 2,
                                  .address_count = 3,
                                  .name_count = 3,
                                  .server_count = 1,
                                  .text_size = sizeof TEXTS };

/* The first byte says how it is asked, and by whom. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 1)
    return 0;
  bool datagram = data[0] & 1;
  struct asker asker = { .family = AF_INET,
                         .index = 3 + (data[0] >> 1 & 1),
                         .bytes = { 10, data[0] >> 1 & 1, 0, 2 } };
  size_t limit = datagram ? 4096 : 65535;
  uint8_t *query = malloc (size), *out = malloc (limit);
  if (!query || !out)
    abort ();
  struct reply reply = { .packet = out, .limit = limit };
  memcpy (query, data + 1, size - 1);
  answer_query (&ZONE, &asker, query, size - 1, datagram, data[0] >> 2, &reply);
  if (reply.verdict == ANSWERED && reply.size > limit)
    abort ();
  free (query);
  free (out);
  return 0;
}

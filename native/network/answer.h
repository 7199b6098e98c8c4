/* answer.h - what an asker may know, and the answer to its question. Pure: no clock, no socket. */
#ifndef TSPOD_ANSWER_H
#define TSPOD_ANSWER_H

#include "network/dns-message.h"
#include "network/zone.h"

#define VIEW_NETWORKS_MAX 64
#define VIEW_SERVERS_MAX 8

struct asker
{
  uint8_t family; /* AF_INET, AF_INET6 */
  uint8_t bytes[16];
  uint32_t index; /* of the interface that it came in by; 0: not known */
};

enum verdict
{
  ANSWERED,
  FORWARD, /* to the servers */
  SILENCE,
};

struct reply
{
  enum verdict verdict;
  struct dns_question question;
  uint8_t *packet; /* room for the answer, LIMIT bytes */
  size_t limit, size;
  const struct zone_server *servers[VIEW_SERVERS_MAX]; /* with FORWARD */
  size_t server_count;
};

/*
 * Answers QUERY, or says whom to ask. With DATAGRAM the answer is no longer than what the asker takes.
 * ROTATION: any number; several addresses of one name begin with another one each time.
 */
void answer_query (const struct zone *zone, const struct asker *asker, const uint8_t *query, size_t size,
                   bool datagram, uint32_t rotation, struct reply *reply);

/* Makes the answer CODE, without records, to a question that was read. */
void answer_code (struct reply *reply, const uint8_t *query, int code);

#endif

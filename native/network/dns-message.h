/*
 * dns-message.h - questions and answers of the DNS: RFC 1035, RFC 6891. Nothing is allocated; every read is
 * bounded.
 */
#ifndef TSPOD_DNS_MESSAGE_H
#define TSPOD_DNS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNS_HEADER 12
#define DNS_NAME_MAX 256
#define DNS_UDP_MAX 512 /* what an asker takes that doesn't say */

enum dns_type
{
  DNS_A = 1,
  DNS_PTR = 12,
  DNS_AAAA = 28,
  DNS_OPT = 41,
  DNS_ANY = 255,
};

enum dns_code
{
  DNS_NOERROR = 0,
  DNS_FORMERR = 1,
  DNS_SERVFAIL = 2,
  DNS_NXDOMAIN = 3,
  DNS_NOTIMP = 4,
  DNS_REFUSED = 5,
};

struct dns_question
{
  char name[DNS_NAME_MAX]; /* lower case, dots between labels, none at the end; the root is "" */
  uint16_t type;
  size_t end; /* where the question ends in the packet */
  bool has_opt;
  uint16_t udp_size; /* that the asker takes: at least DNS_UDP_MAX */
};

/*
 * Reads the one question of a query. Returns DNS_NOERROR, or the code to answer with; -1 where there must be
 * no answer at all: it is none, or no query.
 */
int dns_read_question (const uint8_t *packet, size_t size, struct dns_question *question);

struct dns_answer
{
  uint8_t *packet;
  size_t size, limit;
  bool truncated;
};

/*
 * Begins the answer to QUERY, with its question, in ROOM bytes of PACKET. LIMIT: how many of them the asker
 * takes.
 */
void dns_begin_answer (struct dns_answer *answer, uint8_t *packet, size_t limit, const uint8_t *query,
                       const struct dns_question *question, int code);

/*
 * Adds a record about the question's name, with TTL 0; one that does not fit marks the answer as truncated.
 */
void dns_add_record (struct dns_answer *answer, uint16_t type, const uint8_t *data, size_t size);

/* Adds a PTR record that says NAME. */
void dns_add_name (struct dns_answer *answer, const char *name);

/* Closes it, with an OPT record where the asker had one. Returns its size. */
size_t dns_end_answer (struct dns_answer *answer, const struct dns_question *question);

/*
 * Cuts ANSWER, of SIZE bytes, to what the asker takes: header and question, marked as truncated. Returns
 * its size.
 */
size_t dns_truncate (uint8_t *answer, size_t size, const struct dns_question *question, size_t limit);

#endif

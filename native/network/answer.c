#include "network/answer.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define DOMAIN ".dns.podman"

/* The networks that an asker is in. */
struct view
{
  uint32_t container; /* ZONE_ANY: an address that no member has said is its own */
  uint32_t network;   /* by which it asks */
  uint32_t networks[VIEW_NETWORKS_MAX];
  size_t count;
  bool outside; /* some network of it leads out */
};

static size_t
address_size (uint8_t family)
{
  return family == AF_INET6 ? 16 : 4;
}

static bool
same_address (uint8_t family, const uint8_t *a, const struct zone_address *b)
{
  return family == b->family && memcmp (a, b->bytes, address_size (family)) == 0;
}

static bool
sees (const struct view *view, uint32_t network)
{
  for (size_t i = 0; i < view->count; i++)
    if (view->networks[i] == network)
      return true;
  return false;
}

static void
add_network (const struct zone *zone, struct view *view, uint32_t network)
{
  if (network >= zone->network_count || view->count == VIEW_NETWORKS_MAX || sees (view, network))
    return;
  view->outside |= !zone->networks[network].internal;
  if (zone->networks[network].dns)
    view->networks[view->count++] = network;
}

/* An address counts only where it came in by its own network's bridge: otherwise anybody could claim it. */
static const struct zone_address *
find_asker (const struct zone *zone, const struct asker *asker)
{
  for (uint32_t i = 0; i < zone->address_count; i++)
    {
      const struct zone_address *known = &zone->addresses[i];
      if (same_address (asker->family, asker->bytes, known) && known->network < zone->network_count
          && (asker->index == 0 || zone->networks[known->network].index == asker->index))
        return known;
    }
  return NULL;
}

static bool
find_view (const struct zone *zone, const struct asker *asker, struct view *view)
{
  *view = (struct view) { .container = ZONE_ANY, .network = ZONE_ANY };
  const struct zone_address *known = find_asker (zone, asker);
  if (known)
    {
      view->container = known->container;
      view->network = known->network;
      for (uint32_t i = 0; i < zone->address_count; i++)
        if (zone->addresses[i].container == known->container)
          add_network (zone, view, zone->addresses[i].network);
    }
  for (uint32_t i = 0; !known && asker->index && i < zone->network_count; i++)
    if (zone->networks[i].index == asker->index)
      {
        view->network = i;
        add_network (zone, view, i);
      }
  return view->network != ZONE_ANY && zone->networks[view->network].dns;
}

static bool
name_is (const struct zone *zone, const struct zone_name *known, const char *name)
{
  return known->text < zone->text_size && strcmp (zone->texts + known->text, name) == 0;
}

struct found
{
  bool any; /* the name is known */
  const struct zone_address *addresses[512];
  size_t count;
};

static void
find_addresses (const struct zone *zone, const struct zone_name *name, uint16_t type, struct found *found)
{
  for (uint32_t i = 0; i < zone->address_count && found->count < 512; i++)
    {
      const struct zone_address *address = &zone->addresses[i];
      bool wanted = type == DNS_ANY || type == (address->family == AF_INET6 ? DNS_AAAA : DNS_A);
      if (wanted && address->container == name->container && address->network == name->network)
        found->addresses[found->count++] = address;
    }
}

static void
find_name (const struct zone *zone, const struct view *view, const char *name, uint16_t type,
           struct found *found)
{
  found->any = false;
  found->count = 0;
  for (uint32_t i = 0; i < zone->name_count; i++)
    if (name_is (zone, &zone->names[i], name) && sees (view, zone->names[i].network))
      {
        found->any = true;
        find_addresses (zone, &zone->names[i], type, found);
      }
}

static void
begin (struct reply *reply, struct dns_answer *answer, const uint8_t *query, int code)
{
  reply->verdict = ANSWERED;
  dns_begin_answer (answer, reply->packet, reply->limit, query, &reply->question, code);
}

void
answer_code (struct reply *reply, const uint8_t *query, int code)
{
  struct dns_answer answer;
  begin (reply, &answer, query, code);
  reply->size = dns_end_answer (&answer, &reply->question);
}

static void
answer_addresses (struct reply *reply, const uint8_t *query, const struct found *found, uint32_t rotation)
{
  struct dns_answer answer;
  begin (reply, &answer, query, DNS_NOERROR);
  for (size_t i = 0; i < found->count; i++)
    {
      const struct zone_address *address = found->addresses[(i + rotation) % found->count];
      dns_add_record (&answer, address->family == AF_INET6 ? DNS_AAAA : DNS_A, address->bytes,
                      address_size (address->family));
    }
  reply->size = dns_end_answer (&answer, &reply->question);
}

/* "2.0.89.10.in-addr.arpa" or the nibbles of "ip6.arpa". */
static bool
read_reverse (const char *name, struct asker *address)
{
  unsigned parts[4], nibble;
  int used = 0;
  *address = (struct asker) { .family = AF_INET };
  if (sscanf (name, "%3u.%3u.%3u.%3u.in-addr.arpa%n", &parts[3], &parts[2], &parts[1], &parts[0], &used) == 4
      && used > 0 && !name[used])
    {
      for (size_t i = 0; i < 4; i++)
        address->bytes[i] = (uint8_t) parts[i];
      return parts[0] < 256 && parts[1] < 256 && parts[2] < 256 && parts[3] < 256;
    }
  address->family = AF_INET6;
  for (size_t i = 32; i-- > 0; name += 2)
    {
      if (sscanf (name, "%1x%n", &nibble, &used) != 1 || used != 1 || name[1] != '.')
        return false;
      address->bytes[i / 2] |= (uint8_t) (i % 2 ? nibble : nibble << 4);
    }
  return strcmp (name, "ip6.arpa") == 0;
}

static bool
answer_reverse (const struct zone *zone, const struct view *view, const uint8_t *query, struct reply *reply)
{
  struct asker wanted;
  struct dns_answer answer;
  bool known = false;
  if (!read_reverse (reply->question.name, &wanted))
    return false;
  for (uint32_t i = 0; i < zone->address_count; i++)
    {
      const struct zone_address *address = &zone->addresses[i];
      if (!same_address (wanted.family, wanted.bytes, address) || !sees (view, address->network))
        continue;
      if (!known)
        begin (reply, &answer, query, DNS_NOERROR);
      known = true;
      for (uint32_t n = 0; n < zone->name_count && reply->question.type == DNS_PTR; n++)
        if (zone->names[n].container == address->container && zone->names[n].network == address->network
            && zone->names[n].text < zone->text_size)
          dns_add_name (&answer, zone->texts + zone->names[n].text);
    }
  if (known)
    reply->size = dns_end_answer (&answer, &reply->question);
  return known;
}

static void
choose_servers (const struct zone *zone, const struct view *view, struct reply *reply)
{
  const uint32_t whose[][2] = { { view->container, ZONE_ANY },
                                { ZONE_ANY, view->network },
                                { ZONE_ANY, ZONE_ANY } };
  for (size_t level = 0; level < 3 && reply->server_count == 0; level++)
    for (uint32_t i = 0; i < zone->server_count && reply->server_count < VIEW_SERVERS_MAX; i++)
      {
        const struct zone_server *server = &zone->servers[i];
        bool all = server->container == ZONE_ANY && server->network == ZONE_ANY;
        if (server->container == whose[level][0] && server->network == whose[level][1] && all == (level == 2))
          reply->servers[reply->server_count++] = server;
      }
}

static bool
cut_domain (char *name)
{
  size_t length = strlen (name), suffix = strlen (DOMAIN);
  if (length <= suffix || strcmp (name + length - suffix, DOMAIN) != 0)
    return false;
  name[length - suffix] = '\0';
  return true;
}

static void
answer_in_view (const struct zone *zone, const struct view *view, const uint8_t *query, uint32_t rotation,
                struct reply *reply)
{
  struct found found;
  char name[DNS_NAME_MAX];
  memcpy (name, reply->question.name, sizeof name);
  bool ours = cut_domain (name);
  find_name (zone, view, name, reply->question.type, &found);
  if (found.any)
    {
      answer_addresses (reply, query, &found, rotation);
      return;
    }
  if (answer_reverse (zone, view, query, reply))
    return;
  if (!ours && view->outside)
    choose_servers (zone, view, reply);
  if (ours || !view->outside)
    answer_code (reply, query, DNS_NXDOMAIN);
  else if (reply->server_count == 0)
    answer_code (reply, query, DNS_SERVFAIL);
  else
    reply->verdict = FORWARD;
}

void
answer_query (const struct zone *zone, const struct asker *asker, const uint8_t *query, size_t size,
              bool datagram, uint32_t rotation, struct reply *reply)
{
  struct view view;
  reply->size = reply->server_count = 0;
  reply->verdict = SILENCE;
  int code = dns_read_question (query, size, &reply->question);
  if (code < 0)
    return;
  if (datagram && reply->limit > reply->question.udp_size)
    reply->limit = reply->question.udp_size;
  if (code == DNS_NOERROR && !find_view (zone, asker, &view))
    code = DNS_REFUSED;
  if (code != DNS_NOERROR)
    answer_code (reply, query, code);
  else
    answer_in_view (zone, &view, query, rotation, reply);
}

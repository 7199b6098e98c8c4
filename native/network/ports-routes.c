#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "common/link.h"
#include "network/ports.h"

/*
 * After the rules of --egress and of isolation (network-egress.c, network-links.c), which forbid more. Two
 * for each port: what is for a network that is here goes there; all other packets are ours, as a client may
 * have any address.
 */
#define FIRST_PRIORITY 1100
#define RULES_A_PORT 2
#define TABLE_ALL 0x8002
#define LOOPBACK 1 /* index of lo */
#define RANGES_MAX 64
#define RULES_MAX 4096

struct port_range
{
  struct network_address address;
  uint16_t first, last;
};

/* The last ranges that came: a published range comes port by port. */
static struct port_range ranges[RANGES_MAX];
static size_t next_range;

static int
make_table (int netlink)
{
  const struct route to_all = { .family = AF_INET, .table = TABLE_ALL, .link = LOOPBACK, .local = true };
  return route_ensure (netlink, &to_all);
}

static struct routing_rule
rule_of (const struct port_range *range, uint32_t which)
{
  static const uint32_t tables[RULES_A_PORT] = { RT_TABLE_MAIN, TABLE_ALL };
  return (struct routing_rule) {
    .family = AF_INET,
    .from = &range->address,
    .port_first = range->first,
    .port_last = range->last,
    .table = tables[which],
    .priority = FIRST_PRIORITY + which,
    .without_default = tables[which] == RT_TABLE_MAIN,
  };
}

static int
ensure_rules (int netlink, const struct port_range *range)
{
  for (uint32_t which = 0; which < RULES_A_PORT; which++)
    {
      const struct routing_rule rule = rule_of (range, which);
      if (rule_ensure (netlink, &rule) < 0)
        return -1;
    }
  return 0;
}

static void
delete_rules (int netlink, const struct port_range *range)
{
  for (uint32_t which = 0; which < RULES_A_PORT; which++)
    {
      const struct routing_rule rule = rule_of (range, which);
      rule_delete_any (netlink, &rule);
    }
}

static bool
same_address (const struct network_address *a, const struct network_address *b)
{
  return memcmp (a->bytes, b->bytes, 4) == 0;
}

/* The range that this port goes on with. */
static struct port_range *
find_before (const struct network_address *address, unsigned port)
{
  for (size_t i = 0; i < RANGES_MAX; i++)
    if (ranges[i].first && ranges[i].last + 1U == port && same_address (&ranges[i].address, address))
      return &ranges[i];
  return NULL;
}

int
ports_route (int netlink, const char *address, unsigned port)
{
  struct port_range range = { .first = (uint16_t) port, .last = (uint16_t) port };
  if (!network_address_read (&range.address, address) || range.address.family != AF_INET)
    {
      errno = EINVAL;
      return -1;
    }
  struct port_range *before = find_before (&range.address, port);
  if (before)
    range.first = before->first;
  if (make_table (netlink) < 0 || ensure_rules (netlink, &range) < 0)
    return -1;
  if (before)
    delete_rules (netlink, before);
  else
    before = &ranges[next_range++ % RANGES_MAX];
  *before = range;
  return 0;
}

void
ports_unroute (int netlink, const char *address)
{
  struct network_address from;
  if (!network_address_read (&from, address))
    return;
  for (uint32_t which = 0; which < RULES_A_PORT; which++)
    {
      const struct routing_rule rule = { .family = AF_INET,
                                         .from = &from,
                                         .priority = FIRST_PRIORITY + which };
      for (int i = 0; i < RULES_MAX && rule_delete_any (netlink, &rule) == 0; i++)
        ;
    }
  for (size_t i = 0; i < RANGES_MAX; i++)
    if (ranges[i].first && same_address (&ranges[i].address, &from))
      ranges[i].first = 0;
}

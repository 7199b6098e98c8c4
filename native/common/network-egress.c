#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "common/link.h"
#include "common/network-links.h"
#include "common/network-words.h"

/* Before the rules of isolation, which may forbid more. Tables of bridges are below FIRST_TABLE. */
#define PRIORITY 900
#define FIRST_TABLE 0x1000000
#define RULES_MAX 64

/*
 * A container that had this address before may have left its rule: nobody takes it away at a container's end.
 */
static void
forget_rules (const struct network_work *work, const struct network_address *from)
{
  const struct routing_rule rule = { .family = from->family, .from = from, .priority = PRIORITY };
  for (int i = 0; i < RULES_MAX && rule_delete_any (work->fd, &rule) == 0; i++)
    ;
}

static int
allow (struct network_work *work, int family, uint32_t table)
{
  struct network_address to;
  for (char *const *word = work->words; *word; word++)
    {
      const char *text = network_word (*word, "egress");
      if (!text)
        continue;
      if (!network_address_read (&to, text))
        return network_fail (work->result, EINVAL, "address %s", text);
      const struct route route = { .to = &to, .table = table, .throws = true };
      if (to.family == family && route_ensure (work->fd, &route) < 0)
        return -1;
    }
  return route_ensure (work->fd, &(struct route) { .family = family, .table = table, .unreachable = true });
}

static int
close_address (struct network_work *work, struct network_address from)
{
  uint32_t table;
  from.prefix = network_address_size (&from) * 8;
  forget_rules (work, &from);
  if (!network_flag (work->words, "egress-closed"))
    return 0;
  /* a table of its own: routes of an earlier one stay where they are, and nothing leads to them */
  if (getrandom (&table, sizeof table, 0) != sizeof table)
    return -1;
  table = table / 2 + FIRST_TABLE;
  const struct routing_rule rule = {
    .family = from.family, .from = &from, .table = table, .priority = PRIORITY
  };
  return allow (work, from.family, table) < 0 || rule_ensure (work->fd, &rule) < 0 ? -1 : 0;
}

int
network_limit_egress (struct network_work *work)
{
  struct network_address address;
  for (char *const *word = work->words; *word; word++)
    {
      const char *text = network_word (*word, "address");
      if (text && network_address_read (&address, text) && close_address (work, address) < 0)
        return work->result->error ? -1 : network_fail (work->result, errno, "the limits of %s", text);
    }
  return 0;
}

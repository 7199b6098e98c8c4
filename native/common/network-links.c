#include "common/network-links.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/link.h"
#include "common/netlink.h"
#include "common/network-words.h"
#include "common/sysctl.h"

/* Tables and places of rules are of the shared namespace, which is ours alone. */
#define TABLE_OF_BRIDGE 0x10000
#define ISOLATION_PRIORITY 1000
#define DEFAULT_METRIC 100

int
network_fail (struct network_result *result, int error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  vsnprintf (result->text, sizeof result->text, format, arguments);
  va_end (arguments);
  result->error = error ? error : EINVAL;
  return -1;
}

static int
read_address (struct network_work *work, struct network_address *address, const char *text)
{
  return network_address_read (address, text) ? 0 : network_fail (work->result, EINVAL, "address %s", text);
}

static uint32_t
mtu_of (const struct network_work *work)
{
  const char *mtu = network_value (work->words, "mtu");
  return mtu ? (uint32_t) strtoul (mtu, NULL, 10) : 0;
}

/*
 * An address of its own: otherwise the bridge's follows its ports, and what containers know of it goes
 * stale.
 */
static int
make_bridge (struct network_work *work, const char *name)
{
  unsigned char mac[MAC_SIZE];
  if (getrandom (mac, sizeof mac, 0) != sizeof mac)
    return -1;
  mac[0] = (unsigned char) ((mac[0] & 0xfe) | 0x02);
  return bridge_ensure (work->fd, name, mac, mtu_of (work));
}

static int
set_bridge_sysctls (const struct network_work *work, const char *name)
{
  const char *forwarding = network_flag (work->words, "internal") ? "0" : "1";
  if (sysctl_write (forwarding, "net/ipv4/conf/%s/forwarding", name) < 0)
    return -1;
  sysctl_write ("0", "net/ipv6/conf/%s/accept_ra", name); /* a host may have no IPv6 at all */
  sysctl_write (forwarding, "net/ipv6/conf/%s/forwarding", name);
  return 0;
}

/* BRIDGE,THEIRS,OURS: packets that come in by one of the two bridges find the other's subnet unreachable. */
static int
close_off (struct network_work *work, const char *from, int from_index, const struct network_address *to)
{
  uint32_t table = TABLE_OF_BRIDGE + (uint32_t) from_index;
  const struct routing_rule rule = {
    .family = to->family, .iif = from, .table = table, .priority = ISOLATION_PRIORITY
  };
  const struct route route = { .to = to, .table = table, .unreachable = true };
  return route_ensure (work->fd, &route) < 0 || rule_ensure (work->fd, &rule) < 0 ? -1 : 0;
}

static int
isolate (struct network_work *work, const char *bridge, int index, const char *text)
{
  char other[256];
  struct network_address theirs, ours;
  snprintf (other, sizeof other, "%s", text);
  char *theirs_text = strchr (other, ','), *ours_text = theirs_text ? strchr (theirs_text + 1, ',') : NULL;
  if (!ours_text)
    return network_fail (work->result, EINVAL, "isolate=%s", text);
  *theirs_text++ = *ours_text++ = '\0';
  if (read_address (work, &theirs, theirs_text) < 0 || read_address (work, &ours, ours_text) < 0)
    return -1;
  if (close_off (work, bridge, index, &theirs) < 0)
    return -1;
  int other_index = netlink_link_index (work->fd, other);
  if (other_index < 0) /* none of its containers runs */
    return errno == ENODEV ? 0 : -1;
  return close_off (work, other, other_index, &ours);
}

static int
address_bridge (struct network_work *work, const char *bridge, int index)
{
  struct network_address address;
  for (char *const *word = work->words; *word; word++)
    {
      const char *gateway = network_word (*word, "gateway"), *other = network_word (*word, "isolate");
      if (gateway
          && (read_address (work, &address, gateway) < 0 || address_ensure (work->fd, index, &address) < 0))
        return -1;
      if (other && isolate (work, bridge, index, other) < 0)
        return -1;
    }
  return 0;
}

static int
make_veth (struct network_work *work, int master, int container)
{
  unsigned char mac[MAC_SIZE];
  const char *text = network_value (work->words, "mac");
  const struct veth veth = {
    .name = network_value (work->words, "interface"),
    .mac = text && mac_read (mac, text) ? mac : NULL,
    .peer_namespace = container,
    .master = master,
    .mtu = mtu_of (work),
  };
  return veth_make (work->fd, &veth);
}

int
network_bridge (struct network_work *work)
{
  const char *bridge = network_value (work->words, "bridge");
  if (!bridge)
    return network_fail (work->result, EINVAL, "a network without a bridge");
  if (make_bridge (work, bridge) < 0)
    return network_fail (work->result, errno, "bridge %s", bridge);
  int index = netlink_link_index (work->fd, bridge);
  if (index < 0 || set_bridge_sysctls (work, bridge) < 0 || address_bridge (work, bridge, index) < 0)
    return work->result->error ? -1 : network_fail (work->result, errno, "bridge %s", bridge);
  return index;
}

int
network_attach_outside (struct network_work *work, int container)
{
  const char *interface = network_value (work->words, "interface");
  if (!interface)
    return network_fail (work->result, EINVAL, "a network without an interface");
  int index = network_bridge (work);
  if (index < 0)
    return -1;
  if (network_limit_egress (work) < 0)
    return -1;
  if (make_veth (work, index, container) < 0 && errno != EEXIST)
    return network_fail (work->result, errno, "interface %s", interface);
  return index;
}

static int
add_route (struct network_work *work, const char *text)
{
  char copy[256], *parts[3] = { copy };
  struct network_address to, via;
  snprintf (copy, sizeof copy, "%s", text);
  for (size_t i = 1; i < 3 && parts[i - 1] && (parts[i] = strchr (parts[i - 1], ',')); i++)
    *parts[i]++ = '\0';
  if (!parts[1] || read_address (work, &to, parts[0]) < 0 || read_address (work, &via, parts[1]) < 0)
    return -1;
  uint32_t metric = parts[2] ? (uint32_t) strtoul (parts[2], NULL, 10) : DEFAULT_METRIC;
  return route_ensure (work->fd, &(struct route) { .to = &to, .via = &via, .metric = metric });
}

static int
add_default (struct network_work *work, const char *gateway)
{
  struct network_address via;
  const char *metric = network_value (work->words, "metric");
  if (read_address (work, &via, gateway) < 0)
    return -1;
  return route_ensure (work->fd, &(struct route) { .via = &via,
                                                   .metric = metric ? (uint32_t) strtoul (metric, NULL, 10)
                                                                    : DEFAULT_METRIC });
}

static int
add_addresses (struct network_work *work, int index)
{
  struct network_address address;
  for (char *const *word = work->words; *word; word++)
    {
      const char *text = network_word (*word, "address");
      if (text && (read_address (work, &address, text) < 0 || address_ensure (work->fd, index, &address) < 0))
        return -1;
    }
  return 0;
}

static int
add_routes (struct network_work *work)
{
  for (char *const *word = work->words; *word; word++)
    {
      const char *gateway = network_word (*word, "default"), *route = network_word (*word, "route");
      if ((gateway && add_default (work, gateway) < 0) || (route && add_route (work, route) < 0))
        return -1;
    }
  return 0;
}

/*
 * The part in the container's namespace: another container on the bridge can't send it router
 * advertisements.
 */
int
network_attach_inside (struct network_work *work)
{
  const char *interface = network_value (work->words, "interface");
  int index = netlink_link_index (work->fd, interface);
  sysctl_write ("0", "net/ipv6/conf/%s/accept_ra", interface);
  if (index < 0 || add_addresses (work, index) < 0 || link_up (work->fd, index) < 0 || add_routes (work) < 0)
    return work->result->error ? -1 : network_fail (work->result, errno, "interface %s", interface);
  return 0;
}

#include "common/link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/netlink.h"

/*
 * A bridge's forward delay without STP is not waited for, but the kernel wants STP off explicitly at no
 * cost.
 */
int
bridge_ensure (int fd, const char *name, const unsigned char *mac, uint32_t mtu)
{
  const struct ifinfomsg link = { .ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
  struct netlink_message message;
  netlink_begin (&message, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
  netlink_put_text (&message, IFLA_IFNAME, name);
  netlink_put (&message, IFLA_ADDRESS, mac, MAC_SIZE);
  if (mtu)
    netlink_put_u32 (&message, IFLA_MTU, mtu);
  size_t info = netlink_open_nest (&message, IFLA_LINKINFO);
  netlink_put (&message, IFLA_INFO_KIND, "bridge", strlen ("bridge"));
  netlink_close_nest (&message, info);
  return netlink_ask (fd, &message) < 0 && errno != EEXIST ? -1 : 0;
}

static void
put_peer (struct netlink_message *message, const struct veth *veth)
{
  const struct ifinfomsg link = { .ifi_family = AF_UNSPEC };
  size_t data = netlink_open_nest (message, IFLA_INFO_DATA);
  size_t peer = netlink_open_nest (message, VETH_INFO_PEER);
  if (message->header.nlmsg_len + sizeof link > sizeof message->bytes)
    return;
  memcpy (message->bytes + message->header.nlmsg_len, &link, sizeof link);
  message->header.nlmsg_len += (uint32_t) NLMSG_ALIGN (sizeof link);
  netlink_put_text (message, IFLA_IFNAME, veth->name);
  if (veth->mac)
    netlink_put (message, IFLA_ADDRESS, veth->mac, MAC_SIZE);
  if (veth->mtu)
    netlink_put_u32 (message, IFLA_MTU, veth->mtu);
  netlink_put_u32 (message, IFLA_NET_NS_FD, (uint32_t) veth->peer_namespace);
  netlink_close_nest (message, peer);
  netlink_close_nest (message, data);
}

/* The end here is a port of the bridge and up at once: one message instead of three. The kernel names it. */
int
veth_make (int fd, const struct veth *veth)
{
  const struct ifinfomsg link = { .ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
  struct netlink_message message;
  netlink_begin (&message, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
  netlink_put_text (&message, IFLA_IFNAME, "veth%d");
  netlink_put_u32 (&message, IFLA_MASTER, (uint32_t) veth->master);
  if (veth->mtu)
    netlink_put_u32 (&message, IFLA_MTU, veth->mtu);
  size_t info = netlink_open_nest (&message, IFLA_LINKINFO);
  netlink_put (&message, IFLA_INFO_KIND, "veth", strlen ("veth"));
  put_peer (&message, veth);
  netlink_close_nest (&message, info);
  return netlink_ask (fd, &message);
}

static int
change_link (int fd, const struct ifinfomsg *link, int type)
{
  struct netlink_message message;
  netlink_begin (&message, type, 0, link, sizeof *link);
  return netlink_ask (fd, &message);
}

int
link_up (int fd, int index)
{
  return change_link (
      fd, &(struct ifinfomsg) { .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP }, RTM_NEWLINK);
}

int
link_delete (int fd, int index)
{
  return change_link (fd, &(struct ifinfomsg) { .ifi_index = index }, RTM_DELLINK);
}

/* Without duplicate address detection, which keeps an IPv6 address from use for a second or two. */
int
address_ensure (int fd, int index, const struct network_address *address)
{
  const struct ifaddrmsg head = {
    .ifa_family = (uint8_t) address->family,
    .ifa_prefixlen = (uint8_t) address->prefix,
    .ifa_flags = address->family == AF_INET6 ? IFA_F_NODAD : 0,
    .ifa_index = (uint32_t) index,
  };
  struct netlink_message message;
  netlink_begin (&message, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof head);
  netlink_put (&message, IFA_LOCAL, address->bytes, network_address_size (address));
  netlink_put (&message, IFA_ADDRESS, address->bytes, network_address_size (address));
  if (address->family == AF_INET && address->prefix < 31)
    {
      uint32_t bits, mask = htonl (0xffffffffu >> address->prefix);
      memcpy (&bits, address->bytes, sizeof bits);
      netlink_put_u32 (&message, IFA_BROADCAST, bits | mask);
    }
  return netlink_ask (fd, &message) < 0 && errno != EEXIST ? -1 : 0;
}

static void
begin_route (struct netlink_message *message, const struct route *route, int type, int flags)
{
  int family = route->to ? route->to->family : route->via ? route->via->family : route->family;
  const struct rtmsg head = {
    .rtm_family = (uint8_t) family,
    .rtm_dst_len = (uint8_t) (route->to ? route->to->prefix : 0),
    .rtm_table = RT_TABLE_UNSPEC,
    .rtm_protocol = RTPROT_STATIC,
    .rtm_scope = route->local                                        ? RT_SCOPE_HOST
                 : route->via || route->unreachable || route->throws ? RT_SCOPE_UNIVERSE
                                                                     : RT_SCOPE_LINK,
    .rtm_type = route->local         ? RTN_LOCAL
                : route->throws      ? RTN_THROW
                : route->unreachable ? RTN_UNREACHABLE
                                     : RTN_UNICAST,
  };
  netlink_begin (message, type, flags, &head, sizeof head);
  netlink_put_u32 (message, RTA_TABLE, route->table ? route->table : RT_TABLE_MAIN);
  if (route->to)
    netlink_put (message, RTA_DST, route->to->bytes, network_address_size (route->to));
  if (route->via)
    netlink_put (message, RTA_GATEWAY, route->via->bytes, network_address_size (route->via));
  if (route->link)
    netlink_put_u32 (message, RTA_OIF, (uint32_t) route->link);
  if (route->metric)
    netlink_put_u32 (message, RTA_PRIORITY, route->metric);
}

int
route_ensure (int fd, const struct route *route)
{
  struct netlink_message message;
  begin_route (&message, route, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
  return netlink_ask (fd, &message) < 0 && errno != EEXIST ? -1 : 0;
}

int
route_delete (int fd, const struct route *route)
{
  struct netlink_message message;
  begin_route (&message, route, RTM_DELROUTE, 0);
  return netlink_ask (fd, &message) < 0 && errno != ESRCH ? -1 : 0;
}

static int
change_rule (int fd, const struct routing_rule *rule, int type, int flags)
{
  const struct fib_rule_hdr head = {
    .family = (uint8_t) rule->family,
    .src_len = (uint8_t) (rule->from ? rule->from->prefix : 0),
    .action = rule->table ? FR_ACT_TO_TBL : FR_ACT_UNSPEC,
  };
  struct netlink_message message;
  netlink_begin (&message, type, flags, &head, sizeof head);
  if (rule->table)
    netlink_put_u32 (&message, FRA_TABLE, rule->table);
  netlink_put_u32 (&message, FRA_PRIORITY, rule->priority);
  if (rule->iif)
    netlink_put_text (&message, FRA_IIFNAME, rule->iif);
  if (rule->from)
    netlink_put (&message, FRA_SRC, rule->from->bytes, network_address_size (rule->from));
  if (rule->port_first)
    {
      const struct fib_rule_port_range ports = { .start = rule->port_first, .end = rule->port_last };
      const uint8_t protocol = IPPROTO_TCP;
      netlink_put (&message, FRA_IP_PROTO, &protocol, sizeof protocol);
      netlink_put (&message, FRA_SPORT_RANGE, &ports, sizeof ports);
    }
  if (rule->without_default)
    netlink_put_u32 (&message, FRA_SUPPRESS_PREFIXLEN, 0);
  return netlink_ask (fd, &message);
}

int
rule_ensure (int fd, const struct routing_rule *rule)
{
  return change_rule (fd, rule, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL) < 0 && errno != EEXIST ? -1 : 0;
}

int
rule_delete_any (int fd, const struct routing_rule *rule)
{
  return change_rule (fd, rule, RTM_DELRULE, 0);
}

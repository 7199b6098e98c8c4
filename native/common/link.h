/*
 * link.h - network interfaces, addresses, routes and rules, by rtnetlink(7). FD: netlink_open(), in the
 * namespace meant.
 */
#ifndef TSPOD_LINK_H
#define TSPOD_LINK_H

#include <stdbool.h>
#include <stdint.h>

#define MAC_SIZE 6

/* An address with the length of its network, as "10.89.0.2/24" is. */
struct network_address
{
  int family; /* AF_INET or AF_INET6 */
  unsigned char bytes[16];
  unsigned prefix;
};

/* Reads "ADDRESS[/PREFIX]"; without a prefix it is the family's longest. Returns false where it is none. */
bool network_address_read (struct network_address *address, const char *text);

unsigned network_address_size (const struct network_address *address);

/* "xx:xx:xx:xx:xx:xx". Returns false where it is none. */
bool mac_read (unsigned char mac[MAC_SIZE], const char *text);

struct veth
{
  const char *name;         /* of the container's end */
  const unsigned char *mac; /* of that end; NULL: the kernel's choice */
  int peer_namespace;       /* a descriptor: where that end is made */
  int master;               /* index of the bridge, here */
  uint32_t mtu;             /* 0: the kernel's */
};

struct route
{
  const struct network_address *to;  /* NULL: everywhere */
  const struct network_address *via; /* NULL: no gateway */
  int family;                        /* where there is neither */
  int link;                          /* index; 0: as the gateway says */
  uint32_t table, metric;            /* 0: the main one; none */
  bool unreachable;
  bool throws; /* the lookup goes on with the next rule */
  bool local;  /* packets for it are this namespace's own */
};

/* Packets that come in by `iif`, or from `from`, look into TABLE at that place in the order of rules. */
struct routing_rule
{
  int family;
  const char *iif;                    /* NULL: any */
  const struct network_address *from; /* NULL: any */
  uint32_t table, priority;
  uint16_t port_first, port_last; /* of TCP, where the packets come from; 0: any packet */
  bool without_default;           /* the table's default route is passed over */
};

/* 0, or -1 with errno. What is there already is no error where it says "ensure". */
int bridge_ensure (int fd, const char *name, const unsigned char *mac, uint32_t mtu);
int veth_make (int fd, const struct veth *veth);
int link_up (int fd, int index);
int link_delete (int fd, int index);
int address_ensure (int fd, int index, const struct network_address *address);
int route_ensure (int fd, const struct route *route);
int route_delete (int fd, const struct route *route);
int rule_ensure (int fd, const struct routing_rule *rule);
/* One rule with that family, `from` and priority, whatever its table. -1 where there is none. */
int rule_delete_any (int fd, const struct routing_rule *rule);

#endif

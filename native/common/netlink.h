/* netlink.h - rtnetlink(7) messages: built in a buffer of fixed size, sent, and answered. */
#ifndef TSPOD_NETLINK_H
#define TSPOD_NETLINK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct netlink_message
{
  union
  {
    struct nlmsghdr header;
    unsigned char bytes[1024];
  };
  bool full; /* something did not fit: it is never sent */
};

/* A socket in the network namespace that this process is in; -1 with errno. */
int netlink_open (void);

/* Begins a message of TYPE with PAYLOAD, the fixed part. FLAGS beside NLM_F_REQUEST and NLM_F_ACK. */
void netlink_begin (struct netlink_message *message, int type, int flags, const void *payload, size_t size);

void netlink_put (struct netlink_message *message, int type, const void *data, size_t size);
void netlink_put_u32 (struct netlink_message *message, int type, uint32_t value);
void netlink_put_text (struct netlink_message *message, int type, const char *text);

/* An attribute that holds others: what is put between the two belongs to it. */
size_t netlink_open_nest (struct netlink_message *message, int type);
void netlink_close_nest (struct netlink_message *message, size_t nest);

/* Sends it and waits for the kernel's answer. Returns 0, or -1 with the kernel's errno. */
int netlink_ask (int fd, struct netlink_message *message);

/* Index of the link of that name in the socket's namespace; -1 with errno, ENODEV where there is none. */
int netlink_link_index (int fd, const char *name);

#endif

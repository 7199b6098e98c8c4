#include "common/netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/descriptor.h"

int
netlink_open (void)
{
  struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
  autoclose int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0 || bind (fd, (struct sockaddr *) &kernel, sizeof kernel) < 0)
    return -1;
  return take_fd (&fd);
}

void
netlink_begin (struct netlink_message *message, int type, int flags, const void *payload, size_t size)
{
  *message = (struct netlink_message) { .header = {
                                            .nlmsg_len = NLMSG_LENGTH (size),
                                            .nlmsg_type = (uint16_t) type,
                                            .nlmsg_flags = (uint16_t) (NLM_F_REQUEST | NLM_F_ACK | flags),
                                        } };
  memcpy (NLMSG_DATA (&message->header), payload, size);
}

void
netlink_put (struct netlink_message *message, int type, const void *data, size_t size)
{
  size_t at = NLMSG_ALIGN (message->header.nlmsg_len);
  if (at + RTA_SPACE (size) > sizeof message->bytes)
    {
      message->full = true;
      return;
    }
  struct rtattr *attribute = (struct rtattr *) (void *) (message->bytes + at);
  attribute->rta_type = (uint16_t) type;
  attribute->rta_len = (uint16_t) RTA_LENGTH (size);
  if (size > 0)
    memcpy (RTA_DATA (attribute), data, size);
  message->header.nlmsg_len = (uint32_t) (at + RTA_SPACE (size));
}

void
netlink_put_u32 (struct netlink_message *message, int type, uint32_t value)
{
  netlink_put (message, type, &value, sizeof value);
}

void
netlink_put_text (struct netlink_message *message, int type, const char *text)
{
  netlink_put (message, type, text, strlen (text) + 1);
}

size_t
netlink_open_nest (struct netlink_message *message, int type)
{
  size_t nest = NLMSG_ALIGN (message->header.nlmsg_len);
  netlink_put (message, type | NLA_F_NESTED, NULL, 0);
  return nest;
}

void
netlink_close_nest (struct netlink_message *message, size_t nest)
{
  struct rtattr *attribute = (struct rtattr *) (void *) (message->bytes + nest);
  if (!message->full)
    attribute->rta_len = (uint16_t) (message->header.nlmsg_len - nest);
}

static ssize_t
exchange (int fd, const struct netlink_message *message, void *answer, size_t size)
{
  if (message->full)
    {
      errno = EMSGSIZE;
      return -1;
    }
  if (send (fd, message->bytes, message->header.nlmsg_len, 0) < 0)
    return -1;
  ssize_t n;
  do
    n = recv (fd, answer, size, 0);
  while (n < 0 && errno == EINTR);
  return n;
}

int
netlink_ask (int fd, struct netlink_message *message)
{
  struct
  {
    struct nlmsghdr header;
    struct nlmsgerr error;
    unsigned char request[1024];
  } answer;
  ssize_t n = exchange (fd, message, &answer, sizeof answer);
  if (n < 0)
    return -1;
  errno = (size_t) n < sizeof answer.header + sizeof answer.error || answer.header.nlmsg_type != NLMSG_ERROR
              ? EPROTO
              : -answer.error.error;
  return errno ? -1 : 0;
}

int
netlink_link_index (int fd, const char *name)
{
  const struct ifinfomsg link = { .ifi_family = AF_UNSPEC };
  union
  {
    struct nlmsghdr header;
    unsigned char bytes[8192];
  } answer;
  struct netlink_message message;
  netlink_begin (&message, RTM_GETLINK, 0, &link, sizeof link);
  message.header.nlmsg_flags = NLM_F_REQUEST;
  netlink_put_text (&message, IFLA_IFNAME, name);
  ssize_t n = exchange (fd, &message, &answer, sizeof answer);
  if (n < 0)
    return -1;
  if (answer.header.nlmsg_type == RTM_NEWLINK)
    return ((struct ifinfomsg *) NLMSG_DATA (&answer.header))->ifi_index;
  errno = answer.header.nlmsg_type == NLMSG_ERROR ? -((struct nlmsgerr *) NLMSG_DATA (&answer.header))->error
                                                  : EPROTO;
  return -1;
}

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/capability.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/read-text.h"
#include "probe/probe.h"

static int
give_up_rights (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct none[2] = { 0 };
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return -1;
  return (int) syscall (SYS_capset, &header, none);
}

int
join_network (const char *pid_file)
{
  char text[32], path[64];
  struct stat ours, theirs;
  read_text (pid_file, text, sizeof text);
  long pid = strtol (text, NULL, 10);
  if (pid <= 1)
    {
      errno = ESRCH;
      return -1;
    }
  snprintf (path, sizeof path, "/proc/%ld/ns/net", pid);
  autoclose int namespace = open (path, O_RDONLY | O_CLOEXEC);
  if (namespace < 0 || fstat (namespace, &theirs) < 0 || stat ("/proc/self/ns/net", &ours) < 0)
    return -1;
  /* the host's own can't be joined by who has no rights there, and needs not be */
  if ((ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev) && setns (namespace, CLONE_NEWNET) < 0)
    return -1;
  return give_up_rights ();
}

/* Returns how good an address is to be reached by; 0: not at all. */
static int
worth (const struct ifaddrs *interface)
{
  const struct sockaddr *address = interface->ifa_addr;
  if (!address || !(interface->ifa_flags & IFF_UP) || interface->ifa_flags & IFF_LOOPBACK)
    return 0;
  if (address->sa_family == AF_INET)
    return 2;
  if (address->sa_family != AF_INET6)
    return 0;
  const struct sockaddr_in6 *six = (const void *) address;
  return !IN6_IS_ADDR_LINKLOCAL (&six->sin6_addr);
}

void
own_address (char address[ADDRESS_SIZE])
{
  int best = 0;
  struct ifaddrs *all = NULL;
  snprintf (address, ADDRESS_SIZE, "127.0.0.1");
  if (getifaddrs (&all) < 0)
    return;
  for (const struct ifaddrs *one = all; one; one = one->ifa_next)
    if (worth (one) > best)
      {
        best = worth (one);
        const void *sockaddr = one->ifa_addr;
        const struct sockaddr_in *four = sockaddr;
        const struct sockaddr_in6 *six = sockaddr;
        inet_ntop (one->ifa_addr->sa_family,
                   best == 2 ? (const void *) &four->sin_addr : (const void *) &six->sin6_addr, address,
                   ADDRESS_SIZE);
      }
  freeifaddrs (all);
}

int
dial (const char *host, const char *port)
{
  struct addrinfo *found = NULL, hints = { .ai_socktype = SOCK_STREAM };
  int problem = getaddrinfo (host, port, &hints, &found), fd = -1;
  if (problem)
    {
      failed ("dial tcp %s:%s: %s", host, port, gai_strerror (problem));
      return -1;
    }
  for (const struct addrinfo *one = found; one; one = one->ai_next)
    {
      fd = socket (one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (fd >= 0 && connect (fd, one->ai_addr, one->ai_addrlen) == 0)
        break;
      problem = errno;
      close_descriptor (&fd);
    }
  freeaddrinfo (found);
  if (fd < 0)
    failed ("dial tcp %s:%s: %s", host, port, strerror (problem));
  return fd;
}

int
write_all (int fd, const void *data, size_t size)
{
  for (const char *next = data; size > 0;)
    {
      ssize_t n = write (fd, next, size);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      next += n;
      size -= (size_t) n;
    }
  return 0;
}

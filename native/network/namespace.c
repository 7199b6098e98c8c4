#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/link.h"
#include "common/netlink.h"
#include "common/sysctl.h"
#include "network/holder.h"

#define PORT 53
#define BACKLOG 64
#define SOCKETS 4
#define BIND_TRIES 200
#define BIND_RETRY_US 5000

union passed
{
  struct cmsghdr header;
  char bytes[CMSG_SPACE ((SOCKETS + 1) * sizeof (int))];
};

/* Those that a holder before us has left may take a moment to close. */
static int
bind_patiently (int fd, const struct sockaddr *address, socklen_t size)
{
  for (int tries = 0; bind (fd, address, size) < 0; tries++)
    {
      if (errno != EADDRINUSE || tries == BIND_TRIES)
        return -1;
      usleep (BIND_RETRY_US);
    }
  return 0;
}

static int
listen_for_names (int family, int type)
{
  struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons (PORT) };
  struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons (PORT) };
  const struct sockaddr *address = family == AF_INET6 ? (void *) &v6 : (void *) &v4;
  socklen_t size = family == AF_INET6 ? sizeof v6 : sizeof v4;
  const int yes = 1;
  autoclose int fd = socket (family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return -1;
  if (type == SOCK_STREAM && setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0)
    return -1;
  if (family == AF_INET6 && setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes) < 0)
    return -1;
  int level = family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
  int option = family == AF_INET6 ? IPV6_RECVPKTINFO : IP_PKTINFO;
  if (type == SOCK_DGRAM && setsockopt (fd, level, option, &yes, sizeof yes) < 0)
    return -1;
  if (bind_patiently (fd, address, size) < 0 || (type == SOCK_STREAM && listen (fd, BACKLOG) < 0))
    return -1;
  return take_fd (&fd);
}

static int
pass (int socket, const int *fds)
{
  char byte = 'n';
  union passed passed = { .header = {
                              .cmsg_len = CMSG_LEN ((SOCKETS + 1) * sizeof *fds),
                              .cmsg_level = SOL_SOCKET,
                              .cmsg_type = SCM_RIGHTS,
                          } };
  struct iovec vector = { .iov_base = &byte, .iov_len = 1 };
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &passed, .msg_controllen = sizeof passed
  };
  memcpy (CMSG_DATA (&passed.header), fds, (SOCKETS + 1) * sizeof *fds);
  return sendmsg (socket, &message, 0) < 0 ? -1 : 0;
}

static int
take_passed (int socket, int *fds)
{
  char byte;
  union passed passed = { 0 };
  struct iovec vector = { .iov_base = &byte, .iov_len = 1 };
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &passed, .msg_controllen = sizeof passed
  };
  ssize_t n = recvmsg (socket, &message, MSG_CMSG_CLOEXEC);
  if (n != 1 || passed.header.cmsg_len != CMSG_LEN ((SOCKETS + 1) * sizeof *fds))
    {
      errno = n < 0 ? errno : ECHILD;
      return -1;
    }
  memcpy (fds, CMSG_DATA (&passed.header), (SOCKETS + 1) * sizeof *fds);
  return 0;
}

/* Packets go from bridge to bridge and to the tap device. A host without IPv6 has none of its settings. */
static int
prepare (void)
{
  autoclose int fd = netlink_open ();
  if (fd < 0 || link_up (fd, 1) < 0 || sysctl_write ("1", "net/ipv4/ip_forward") < 0)
    return -1;
  sysctl_write ("1", "net/ipv6/conf/all/forwarding");
  sysctl_write ("0", "net/ipv6/conf/default/accept_dad");
  return 0;
}

/* In a child: there is no way back to the host's namespace, which belongs to another user namespace. */
static int
make_inside (int given, int answers)
{
  if (given >= 0 ? setns (given, CLONE_NEWNET) < 0 : unshare (CLONE_NEWNET) < 0 || prepare () < 0)
    return -1;
  int fds[SOCKETS + 1] = {
    open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), listen_for_names (AF_INET, SOCK_DGRAM),
    listen_for_names (AF_INET6, SOCK_DGRAM),          listen_for_names (AF_INET, SOCK_STREAM),
    listen_for_names (AF_INET6, SOCK_STREAM),
  };
  for (int i = 0; i <= SOCKETS; i++)
    if (fds[i] < 0)
      fds[i] = i == 2 || i == 4 ? open ("/dev/null", O_RDWR | O_CLOEXEC) : -1;
  return fds[0] < 0 || fds[1] < 0 || fds[3] < 0 ? -1 : pass (answers, fds);
}

static int
wait_for (pid_t pid)
{
  int status;
  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      return -1;
  errno = WIFEXITED (status) ? WEXITSTATUS (status) : EINTR;
  return errno ? -1 : 0;
}

int
namespace_make (struct shared_namespace *shared, int given)
{
  int ends[2], fds[SOCKETS + 1];
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return -1;
  autoclose int ours = ends[0], theirs = ends[1];
  pid_t pid = fork ();
  if (pid == 0)
    _exit (make_inside (given, theirs) < 0 ? errno : 0);
  close_descriptor (&theirs);
  int taken = pid < 0 ? -1 : take_passed (ours, fds);
  if (pid < 0 || wait_for (pid) < 0 || taken < 0)
    return -1;
  *shared = (struct shared_namespace) { fds[0], { { fds[1], fds[2] }, { fds[3], fds[4] } } };
  return 0;
}

/*
 * libslirp takes packets from any address, and asks for each by ARP: the tap device answers for all
 * containers, at once. The kernel's default waits 0.8 s before it answers for another.
 */
static int
set_up_tap_inside (int namespace)
{
  if (setns (namespace, CLONE_NEWNET) < 0)
    return -1;
  sysctl_write ("0", "net/ipv6/conf/tap0/accept_ra");
  return sysctl_write ("1", "net/ipv4/conf/tap0/proxy_arp") < 0
                 || sysctl_write ("0", "net/ipv4/neigh/tap0/proxy_delay") < 0
             ? -1
             : 0;
}

int
namespace_set_up_tap (const struct shared_namespace *shared)
{
  pid_t pid = fork ();
  if (pid == 0)
    _exit (set_up_tap_inside (shared->fd) < 0 ? errno : 0);
  return pid < 0 ? -1 : wait_for (pid);
}

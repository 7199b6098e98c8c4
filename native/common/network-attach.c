#include "common/network-attach.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/link.h"
#include "common/netlink.h"
#include "common/network-links.h"

#define LOOK_US 500

static int
enter (int namespace, struct network_result *result)
{
  if (setns (namespace, CLONE_NEWNET) < 0)
    return network_fail (result, errno, "entering a network namespace");
  int fd = netlink_open ();
  return fd < 0 ? network_fail (result, errno, "netlink") : fd;
}

static int
attach_all (int shared, int container, char *const *const *networks, size_t count,
            struct network_result *result)
{
  autoclose int outside = enter (shared, result);
  for (size_t i = 0; outside >= 0 && i < count; i++)
    {
      struct network_work work = { .fd = outside, .words = networks[i], .result = result };
      result->bridge[i] = network_attach_outside (&work, container);
      if (result->bridge[i] < 0)
        return -1;
    }
  autoclose int inside = outside < 0 ? -1 : enter (container, result);
  for (size_t i = 0; inside >= 0 && i < count; i++)
    if (network_attach_inside (
            &(struct network_work) { .fd = inside, .words = networks[i], .result = result })
        < 0)
      return -1;
  return inside < 0 ? -1 : 0;
}

/* It keeps nothing of ours: locks and connections would last as long as it does. */
static _Noreturn void
become_deleter (int netlink, int index)
{
  if (dup2 (netlink, 3) < 0)
    _exit (errno);
  close_range (4, ~0U, 0);
  _exit (link_delete (3, index) < 0 ? errno : 0);
}

/* Returns 0 when no look finds it any more, or DELETER has ended; -1 with errno where that has failed. */
static int
await_unlisted (const char *interface, pid_t deleter)
{
  int status;
  while (if_nametoindex (interface) != 0)
    {
      if (waitpid (deleter, &status, WNOHANG) == deleter)
        {
          errno = WIFEXITED (status) ? WEXITSTATUS (status) : EINTR;
          return errno ? -1 : 0;
        }
      usleep (LOOK_US);
    }
  return 0;
}

/*
 * The kernel takes some 30 ms for the end of a veth, the most of them after the interface has left its lists:
 * for that nobody waits.
 */
static int
detach_inside (int container, const char *interface, struct network_result *result)
{
  autoclose int fd = enter (container, result);
  int index = fd < 0 ? -1 : netlink_link_index (fd, interface);
  if (fd >= 0 && index < 0 && errno == ENODEV)
    return 0;
  pid_t deleter = index < 0 ? -1 : fork ();
  if (deleter == 0)
    become_deleter (fd, index);
  if (deleter < 0 || await_unlisted (interface, deleter) < 0)
    return result->error ? -1 : network_fail (result, errno, "interface %s", interface);
  return 0;
}

/* Reads what the child has come to, and waits for its end. */
static int
await (pid_t pid, int fd, struct network_result *result)
{
  ssize_t n = pid < 0 ? -1 : read (fd, result, sizeof *result);
  while (pid > 0 && waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    ;
  if (n != sizeof *result)
    return network_fail (result, n < 0 ? errno : EPIPE, "the child that makes interfaces");
  return result->error ? -1 : 0;
}

static _Noreturn void
answer (int fd, const struct network_result *result)
{
  _exit (write (fd, result, sizeof *result) == sizeof *result ? 0 : 1);
}

int
network_attach (int shared, int container, char *const *const *networks, size_t count,
                struct network_result *result)
{
  int ends[2];
  *result = (struct network_result) { 0 };
  if (count > NETWORKS_MAX)
    return network_fail (result, E2BIG, "more than %d networks", NETWORKS_MAX);
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return network_fail (result, errno, "pipe");
  autoclose int reader = ends[0], writer = ends[1];
  pid_t pid = fork ();
  if (pid == 0)
    {
      attach_all (shared, container, networks, count, result);
      answer (writer, result);
    }
  close_descriptor (&writer);
  return await (pid, reader, result);
}

static int
find_bridges (int shared, char *const *const *networks, size_t count, struct network_result *result)
{
  autoclose int fd = enter (shared, result);
  for (size_t i = 0; fd >= 0 && i < count; i++)
    {
      struct network_work work = { .fd = fd, .words = networks[i], .result = result };
      result->bridge[i] = network_bridge (&work);
      if (result->bridge[i] < 0)
        return -1;
    }
  return fd < 0 ? -1 : 0;
}

int
network_bridges (int shared, char *const *const *networks, size_t count, int *indices)
{
  struct network_result result = { 0 };
  int ends[2];
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return -1;
  autoclose int reader = ends[0], writer = ends[1];
  pid_t pid = fork ();
  if (pid == 0)
    {
      find_bridges (shared, networks, count, &result);
      answer (writer, &result);
    }
  close_descriptor (&writer);
  if (await (pid, reader, &result) < 0)
    {
      errno = result.error;
      return -1;
    }
  memcpy (indices, result.bridge, count * sizeof *indices);
  return 0;
}

int
network_detach (int container, const char *interface, struct network_result *result)
{
  int ends[2];
  *result = (struct network_result) { 0 };
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return network_fail (result, errno, "pipe");
  autoclose int reader = ends[0], writer = ends[1];
  pid_t pid = fork ();
  if (pid == 0)
    {
      detach_inside (container, interface, result);
      answer (writer, result);
    }
  close_descriptor (&writer);
  return await (pid, reader, result);
}

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "common/link.h"
#include "common/read-text.h"
#include "network/holder.h"

#define FILE_NAME "/etc/resolv.conf"
#define PORT 53
#define CHANGES (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE)

/* "ADDRESS" or "ADDRESS#PORT"; an address with a zone ("%eth0") is left out: it has no number here. */
bool
server_read (struct zone_server *server, const char *text)
{
  char copy[128];
  struct network_address address;
  snprintf (copy, sizeof copy, "%s", text);
  char *port = strchr (copy, '#');
  if (port)
    *port++ = '\0';
  *server = (struct zone_server) { .container = ZONE_ANY, .network = ZONE_ANY };
  if (strchr (copy, '/') || !network_address_read (&address, copy))
    return false;
  server->family = (uint8_t) address.family;
  server->port = port ? (uint16_t) atoi (port) : PORT;
  memcpy (server->bytes, address.bytes, sizeof server->bytes);
  return true;
}

static void
read_servers (struct upstreams *upstreams)
{
  char text[8192], *line, *rest = text;
  upstreams->count = 0;
  read_text (FILE_NAME, text, sizeof text);
  while ((line = strsep (&rest, "\n")) && upstreams->count < VIEW_SERVERS_MAX)
    {
      char *words = line, *word = strsep (&words, " \t");
      if (strcmp (word, "nameserver") != 0 || !words)
        continue;
      words += strspn (words, " \t");
      words[strcspn (words, " \t\r#;")] = '\0';
      if (server_read (&upstreams->list[upstreams->count], words))
        upstreams->count++;
    }
}

/*
 * The directory, since the file is replaced by a rename; that of the file which a symlink leads to; and the
 * file itself: where it is mounted over another, as in a container, no directory shows it.
 */
static void
watch (struct upstreams *upstreams)
{
  char target[PATH_MAX];
  inotify_add_watch (upstreams->watch_fd, "/etc", CHANGES | IN_ONLYDIR);
  inotify_add_watch (upstreams->watch_fd, FILE_NAME, IN_CLOSE_WRITE);
  if (!realpath (FILE_NAME, target))
    return;
  char *slash = strrchr (target, '/');
  if (slash && slash != target)
    {
      *slash = '\0';
      inotify_add_watch (upstreams->watch_fd, target, CHANGES | IN_ONLYDIR);
    }
}

void
upstreams_open (struct upstreams *upstreams)
{
  upstreams->watch_fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  watch (upstreams);
  read_servers (upstreams);
}

void
upstreams_changed (struct holder *holder)
{
  struct upstreams before = holder->upstreams;
  char events[4096];
  while (read (holder->upstreams.watch_fd, events, sizeof events) > 0)
    ;
  watch (&holder->upstreams);
  read_servers (&holder->upstreams);
  if (before.count != holder->upstreams.count
      || memcmp (before.list, holder->upstreams.list, before.count * sizeof *before.list) != 0)
    zone_publish (holder);
}

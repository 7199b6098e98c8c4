#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/link.h"
#include "common/network-words.h"
#include "network/holder.h"

/* A growing array of parts of one size. */
struct part
{
  char *bytes;
  size_t size, room;
};

struct writer
{
  struct part networks, addresses, names, servers, texts;
  const char **network_names; /* in the order of `networks` */
  size_t network_count;
  bool failed;
};

static void
append (struct writer *writer, struct part *part, const void *bytes, size_t size)
{
  if (part->size + size > part->room)
    {
      size_t room = (part->room + size) * 2;
      char *grown = realloc (part->bytes, room);
      writer->failed |= !grown;
      if (!grown)
        return;
      part->bytes = grown;
      part->room = room;
    }
  memcpy (part->bytes + part->size, bytes, size);
  part->size += size;
}

static uint32_t
add_network (struct writer *writer, const struct record *record)
{
  char *const *words = record->words;
  for (size_t i = 0; i < writer->network_count; i++)
    if (strcmp (writer->network_names[i], words[1]) == 0)
      return (uint32_t) i;
  const char **grown = realloc (writer->network_names, (writer->network_count + 1) * sizeof *grown);
  writer->failed |= !grown;
  if (!grown)
    return ZONE_ANY;
  writer->network_names = grown;
  grown[writer->network_count] = words[1];
  const char *index = network_value (words, "index");
  const struct zone_network network = {
    .index = index ? (uint32_t) strtoul (index, NULL, 10) : 0,
    .internal = network_flag (words, "internal"),
    .dns = network_flag (words, "dns"),
  };
  append (writer, &writer->networks, &network, sizeof network);
  return (uint32_t) writer->network_count++;
}

static void
add_address (struct writer *writer, const char *text, uint32_t container, uint32_t network)
{
  struct network_address address;
  if (!network_address_read (&address, text))
    return;
  struct zone_address known = { .container = container,
                                .network = network,
                                .family = (uint8_t) address.family };
  memcpy (known.bytes, address.bytes, sizeof known.bytes);
  append (writer, &writer->addresses, &known, sizeof known);
}

static void
add_name (struct writer *writer, const char *text, uint32_t container, uint32_t network)
{
  char lower[DNS_NAME_MAX];
  size_t length = strlen (text);
  if (length >= sizeof lower)
    return; /* nobody can ask for it */
  for (size_t i = 0; i <= length; i++)
    lower[i] = (char) (text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
  const struct zone_name name = { .container = container,
                                  .network = network,
                                  .text = (uint32_t) writer->texts.size };
  append (writer, &writer->names, &name, sizeof name);
  append (writer, &writer->texts, lower, length + 1);
}

static void
add_server (struct writer *writer, const char *text, uint32_t container, uint32_t network)
{
  struct zone_server server;
  if (!server_read (&server, text))
    return;
  server.container = container;
  server.network = network;
  append (writer, &writer->servers, &server, sizeof server);
}

static void
add_record (struct writer *writer, const struct record *record, uint32_t container)
{
  bool known = writer->network_count > 0;
  size_t before = writer->network_count;
  uint32_t network = add_network (writer, record);
  bool first = !known || writer->network_count > before;
  for (char *const *word = record->words + 2; *word; word++)
    {
      const char *value;
      if ((value = network_word (*word, "address")))
        add_address (writer, value, container, network);
      else if ((value = network_word (*word, "name")))
        add_name (writer, value, container, network);
      else if ((value = network_word (*word, "server")))
        add_server (writer, value, container, ZONE_ANY);
      else if (first && (value = network_word (*word, "network-server")))
        add_server (writer, value, ZONE_ANY, network);
    }
}

static void
collect (struct holder *holder, struct writer *writer)
{
  for (const struct member *member = holder->members; member; member = member->next)
    for (size_t i = 0; i < member->active.count; i++)
      if (strcmp (member->active.list[i].words[0], "bridge") == 0)
        add_record (writer, &member->active.list[i], member->number);
  append (writer, &writer->servers, holder->upstreams.list,
          holder->upstreams.count * sizeof *holder->upstreams.list);
}

static int
write_parts (const struct writer *writer)
{
  const struct zone_header header = {
    .network_count = (uint32_t) (writer->networks.size / sizeof (struct zone_network)),
    .address_count = (uint32_t) (writer->addresses.size / sizeof (struct zone_address)),
    .name_count = (uint32_t) (writer->names.size / sizeof (struct zone_name)),
    .server_count = (uint32_t) (writer->servers.size / sizeof (struct zone_server)),
    .text_size = (uint32_t) writer->texts.size,
  };
  const struct part *parts[] = { &writer->networks, &writer->addresses, &writer->names, &writer->servers,
                                 &writer->texts };
  autoclose int fd = memfd_create ("zone", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0 || write (fd, &header, sizeof header) != sizeof header)
    return -1;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (parts[i]->size && write (fd, parts[i]->bytes, parts[i]->size) != (ssize_t) parts[i]->size)
      return -1;
  if (fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) < 0)
    return -1;
  return take_fd (&fd);
}

static void
send_zone (int socket, int zone)
{
  char byte = 'z';
  union
  {
    struct cmsghdr header;
    char bytes[CMSG_SPACE (sizeof zone)];
  } control = { .header = {
                    .cmsg_len = CMSG_LEN (sizeof zone), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
  struct iovec vector = { .iov_base = &byte, .iov_len = 1 };
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  memcpy (CMSG_DATA (&control.header), &zone, sizeof zone);
  sendmsg (socket, &message,
           MSG_NOSIGNAL); /* a name server that has died gets the zone when it is made anew */
}

void
zone_publish (struct holder *holder)
{
  struct writer writer = { 0 };
  collect (holder, &writer);
  autoclose int zone = writer.failed || holder->names_fd < 0 ? -1 : write_parts (&writer);
  if (zone >= 0)
    send_zone (holder->names_fd, zone);
  free (writer.networks.bytes);
  free (writer.addresses.bytes);
  free (writer.names.bytes);
  free (writer.servers.bytes);
  free (writer.texts.bytes);
  free (writer.network_names);
}

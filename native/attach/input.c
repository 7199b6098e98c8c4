#include "attach/input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "attach-protocol.h"
#include "attach/connection.h"

static void
send_bytes (struct input *input, int socket, size_t size)
{
  if (size == 0)
    return;
  input->packet[0] = MSG_STDIN;
  connection_send (socket, input->packet, 1 + size);
  input->may_send = false;
}

static void
end (struct input *input, int socket)
{
  /* bytes that were held back are no detach sequence after all */
  memcpy (input->packet + 1, input->keys.keys, input->keys.matched);
  send_bytes (input, socket, input->keys.matched);
  connection_send (socket, &(char) { MSG_EOF }, 1);
  input->open = false;
}

bool
input_relay (struct input *input, int socket)
{
  size_t size = 0;
  ssize_t n = read (STDIN_FILENO, input->bytes, INPUT_MAX);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return false;
  if (n <= 0)
    {
      end (input, socket);
      return false;
    }
  bool detach = detach_keys_filter (&input->keys, input->bytes, (size_t) n, input->packet + 1, &size);
  send_bytes (input, socket, size);
  return detach;
}

#include "monitor/stdio/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/descriptor.h"

static void
drop_first (struct monitor *m)
{
  struct input *input = m->streams.first;
  m->streams.first = input->next;
  if (!m->streams.first)
    m->streams.last = NULL;
  if (input->from && !input->end)
    input->from->input_taken = true;
  free (input);
}

/* Writes what the container takes of it. Returns whether all of it is gone. */
static bool
write_one (struct monitor *m, struct input *input)
{
  struct streams *s = &m->streams;
  while (!s->discard_input && input->done < input->size)
    {
      ssize_t n = write (s->in, input->data + input->done, input->size - input->done);
      if (n < 0 && errno == EAGAIN)
        return false;
      if (n < 0 && errno != EINTR)
        s->discard_input = true; /* EPIPE: the container has closed its stdin */
      if (n > 0)
        input->done += (size_t) n;
    }
  if (input->end && !m->plan.terminal) /* a pty has no end of file to send */
    s->discard_input = true;
  return true;
}

void
input_write (struct monitor *m)
{
  while (m->streams.first && write_one (m, m->streams.first))
    drop_first (m);
  if (m->streams.discard_input && !m->plan.terminal)
    close_descriptor (&m->streams.in);
}

int
input_queue (struct monitor *m, struct client *from, const unsigned char *data, size_t size)
{
  struct input *input = malloc (sizeof *input + size);
  if (!input)
    return -1;
  *input = (struct input) { .from = from, .end = !data, .size = size };
  if (data)
    memcpy (input->data, data, size);
  if (m->streams.last)
    m->streams.last->next = input;
  else
    m->streams.first = input;
  m->streams.last = input;
  input_write (m);
  return 0;
}

void
input_forget (struct monitor *m, const struct client *client)
{
  for (struct input *input = m->streams.first; input; input = input->next)
    if (input->from == client)
      input->from = NULL;
}

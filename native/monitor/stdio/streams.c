#include "monitor/stdio/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attach-protocol.h"
#include "common/clock.h"
#include "common/descriptor.h"
#include "common/unix-socket.h"
#include "monitor/stdio/attach-server.h"
#include "monitor/stdio/input.h"
#include "monitor/stdio/own-stdio.h"

#define PIPE_GROWN (1 << 20)
#define PTY_QUIET_MS 100

/*
 * Makes one pipe. Its mode is 0666, so that another uid in the container can open /dev/stdout, which is
 * this pipe by way of /proc/self/fd.
 */
static int
make_pipe (int *ours, int *theirs, bool we_write)
{
  int pair[2];
  if (pipe2 (pair, O_CLOEXEC) < 0)
    return -1;
  *ours = pair[we_write ? 1 : 0];
  *theirs = pair[we_write ? 0 : 1];
  if (fchmod (*theirs, 0666) < 0)
    return -1;
  return fcntl (*ours, F_SETFL, O_NONBLOCK);
}

/* Makes the streams as they were before the first run. */
static void
streams_reset (struct monitor *m)
{
  m->streams.discard_input = true;
  input_write (m);
  m->streams = (struct streams) { .out = { .fd = -1, .name = STREAM_STDOUT },
                                  .err = { .fd = -1, .name = STREAM_STDERR },
                                  .in = -1,
                                  .console_fd = -1,
                                  .child = { -1, -1, -1 } };
}

int
streams_open (struct monitor *m)
{
  struct streams *s = &m->streams;
  streams_reset (m);
  if (m->passthrough)
    {
      for (int fd = 0; fd <= 2; fd++)
        s->child[fd] = fcntl (fd, F_DUPFD_CLOEXEC, 3);
      s->discard_input = true;
      return 0;
    }
  if (m->plan.terminal)
    {
      s->console_fd = listen_at (m->dir_fd, "console", SOCK_STREAM);
      /* the process gets the pty; this pipe is only for what the runtime has to say */
      if (s->console_fd < 0 || make_pipe (&s->err.fd, &s->child[2], false) < 0)
        return fail (m, "stdio", errno, "console socket");
      return 0;
    }
  if (make_pipe (&s->out.fd, &s->child[1], false) < 0 || make_pipe (&s->err.fd, &s->child[2], false) < 0)
    return fail (m, "stdio", errno, "pipe");
  if (m->plan.keep_stdin && make_pipe (&s->in, &s->child[0], true) < 0)
    return fail (m, "stdio", errno, "pipe");
  s->discard_input = !m->plan.keep_stdin;
  return 0;
}

void
streams_handed_over (struct monitor *m)
{
  for (size_t i = 0; i < 3; i++)
    close_descriptor (&m->streams.child[i]);
  if (m->passthrough && !m->plan.restart)
    leave_stdio ();
}

static void
at_end (struct output *output)
{
  close_descriptor (&output->fd);
}

/*
 * Gives a pipe that is full at every read more room. It does not get it sooner, since its pages are charged
 * to the user, for whom they are limited.
 */
static void
grow (struct output *output)
{
  if (!output->grown)
    fcntl (output->fd, F_SETPIPE_SZ, PIPE_GROWN);
  output->grown = true;
}

void
streams_pump (struct monitor *m, struct output *output)
{
  unsigned char *data = attach_packet (m, output->name == STREAM_STDOUT ? MSG_STDOUT : MSG_STDERR);
  if (!data)
    return; /* no memory: the container waits */
  ssize_t n = read (output->fd, data, ATTACH_PAYLOAD_MAX);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0) /* a pty answers EIO when no process has its other side open */
    {
      at_end (output);
      return;
    }
  if (n == ATTACH_PAYLOAD_MAX)
    grow (output);
  m->streams.quiet_since = clock_monotonic_ms ();
  log_write (&m->log, output->name, (const char *) data, (size_t) n);
  attach_broadcast (m, (size_t) n);
  if (!output->bounded)
    return;
  output->remaining -= (uint64_t) n < output->remaining ? (uint64_t) n : output->remaining;
  if (output->remaining == 0)
    at_end (output);
}

/* All that the dead process wrote is in the pipe now: exactly so many bytes are still to come from it. */
static void
bound (struct output *output)
{
  int bytes;
  if (output->fd < 0 || ioctl (output->fd, FIONREAD, &bytes) < 0)
    return;
  output->bounded = true;
  output->remaining = (uint64_t) bytes;
  if (bytes == 0)
    at_end (output);
}

void
streams_process_ended (struct monitor *m)
{
  struct streams *s = &m->streams;
  bound (&s->err);
  if (!m->plan.terminal) /* a pty's bytes may still be on their way through the kernel */
    bound (&s->out);
  s->quiet_since = clock_monotonic_ms ();
  s->discard_input = true;
  input_write (m);
}

/* poll(2) has the kernel deliver what is still on its way through the pty */
static bool
has_more (const struct output *output)
{
  struct pollfd there = { .fd = output->fd, .events = POLLIN };
  return poll (&there, 1, 0) > 0 && there.revents & POLLIN;
}

int
streams_quiet_left (struct monitor *m)
{
  struct streams *s = &m->streams;
  if (!m->process.ended || !m->plan.terminal || s->out.fd < 0)
    return -1;
  /* as long as we do not read, the pty is not quiet */
  if (m->holding || has_more (&s->out))
    {
      s->quiet_since = clock_monotonic_ms ();
      return -1;
    }
  int64_t left = s->quiet_since + PTY_QUIET_MS - clock_monotonic_ms ();
  if (left > 0)
    return (int) left;
  at_end (&s->out);
  return -1;
}

void
streams_close (struct monitor *m)
{
  struct streams *s = &m->streams;
  streams_handed_over (m);
  close_descriptor (&s->in);
  close_descriptor (&s->out.fd);
  close_descriptor (&s->err.fd);
  close_descriptor (&s->console_fd);
}

/*
 * tspod-attach - the caller's side of a container's stdio. The command turns into it, so it stands where a user expects their
 * program: it gets the terminal, the signals, and ends with the container's exit code. ../protocol.h, section 5.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../common/descriptor.h"
#include "../common/unix-socket.h"
#include "../protocol.h"
#include "detach-keys.h"
#include "options.h"
#include "signals.h"
#include "terminal.h"

#define EXIT_TROUBLE 125       /* as podman: the error is the manager's, not the container's */
#define EXIT_BROKEN_OUTPUT 126 /* as podman */
#define STOP_SECONDS 10
#define ATTACHED_FD 3

/* Whole pages, so that one who reads records of 512 bytes gets them whole; what is left is room for held-back detach keys. */
#define INPUT_MAX (ATTACH_PAYLOAD_MAX - 4096)

struct attachment
{
  struct options options;
  struct terminal terminal;
  struct detach_keys keys;
  int socket, signal_fd;
  bool stdin_open;
  bool may_send; /* the monitor has taken our last MSG_STDIN */
  bool broken;   /* nothing can be written any more: the container is being stopped */
  time_t kill_at; /* of the monotonic clock; then SIGTERM has not sufficed */
  int output_fd; /* where the rest of the packet goes; -1: none is waiting */
  size_t output_size, output_done;
  unsigned char packet[1 + ATTACH_PAYLOAD_MAX];
  unsigned char input[ATTACH_PAYLOAD_MAX];
  unsigned char sending[1 + ATTACH_PAYLOAD_MAX];
};

static _Noreturn void
leave (struct attachment *a, int code)
{
  terminal_restore (&a->terminal);
  exit (code);
}

static _Noreturn void
lost (struct attachment *a)
{
  terminal_restore (&a->terminal);
  fputs ("Error: lost connection to the container's monitor\n", stderr);
  exit (EXIT_TROUBLE);
}

/* Blocks for moments only: the monitor reads its clients at all times. What it no longer takes, its MSG_EXIT explains. */
static void
send_packet (const struct attachment *a, const void *packet, size_t size)
{
  while (send (a->socket, packet, size, MSG_NOSIGNAL) < 0 && errno == EINTR)
    ;
}

static void
send_window (const struct attachment *a)
{
  unsigned short rows, columns;
  if (!terminal_size (&rows, &columns))
    return;
  unsigned char packet[5] = { MSG_WINDOW, (unsigned char) (rows >> 8), (unsigned char) rows, (unsigned char) (columns >> 8), (unsigned char) columns };
  send_packet (a, packet, sizeof packet);
}

static void
handle_signal (struct attachment *a, int number)
{
  if (a->options.tty && number == SIGWINCH)
    send_window (a);
  else if (a->options.tty && number == SIGCONT)
    {
      terminal_make_raw (&a->terminal);
      send_window (a);
    }
  else if (a->options.sig_proxy && signal_is_forwarded (number))
    send_packet (a, (unsigned char[]) { MSG_SIGNAL, (unsigned char) number }, 2);
  else
    {
      terminal_restore (&a->terminal);
      signal_take_default (number);
    }
}

static void
read_signals (struct attachment *a)
{
  struct signalfd_siginfo info;
  while (read (a->signal_fd, &info, sizeof info) == sizeof info)
    handle_signal (a, (int) info.ssi_signo);
}

static void
send_stdin (struct attachment *a, size_t size)
{
  if (size == 0)
    return;
  a->sending[0] = MSG_STDIN;
  send_packet (a, a->sending, 1 + size);
  a->may_send = false;
}

static void
end_stdin (struct attachment *a)
{
  memcpy (a->sending + 1, a->keys.keys, a->keys.matched); /* held back, and no detach sequence after all */
  send_stdin (a, a->keys.matched);
  send_packet (a, &(char) { MSG_EOF }, 1);
  a->stdin_open = false;
}

static void
read_stdin (struct attachment *a)
{
  size_t size = 0;
  ssize_t n = read (STDIN_FILENO, a->input, INPUT_MAX);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    {
      end_stdin (a);
      return;
    }
  bool detach = detach_keys_filter (&a->keys, a->input, (size_t) n, a->sending + 1, &size);
  send_stdin (a, size);
  if (detach)
    leave (a, 0);
}

static time_t
seconds_now (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

/*
 * The output's reader is gone, or the disk is full. As podman: an error; the container goes on, but with --rm it is stopped, since nobody
 * else would.
 */
static void
output_broken (struct attachment *a, int error)
{
  if (a->broken)
    return;
  const char *why = strerror (error);
  terminal_restore (&a->terminal);
  fprintf (stderr, "Error: write %s: %c%s\n", a->output_fd == STDOUT_FILENO ? "/dev/stdout" : "/dev/stderr", tolower (*why), why + 1);
  if (!a->options.stop_on_broken_output)
    exit (EXIT_BROKEN_OUTPUT);
  a->broken = true;
  a->kill_at = seconds_now () + STOP_SECONDS;
  a->options.stdout_wanted = a->options.stderr_wanted = a->stdin_open = false;
  send_packet (a, (unsigned char[]) { MSG_SIGNAL, SIGTERM }, 2);
}

/* A descriptor that blocks takes only so much at once that poll's word holds: signals are handled while its reader is slow. */
static size_t
writable_size (int fd, size_t size)
{
  struct stat st;
  if (size <= PIPE_BUF || fcntl (fd, F_GETFL) & O_NONBLOCK || (fstat (fd, &st) == 0 && S_ISREG (st.st_mode)))
    return size;
  return PIPE_BUF;
}

static void
write_output (struct attachment *a)
{
  ssize_t n = write (a->output_fd, a->packet + a->output_done, writable_size (a->output_fd, a->output_size - a->output_done));
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n < 0)
    output_broken (a, errno);
  a->output_done += n < 0 ? a->output_size - a->output_done : (size_t) n;
  if (a->output_done == a->output_size)
    a->output_fd = -1;
}

static void
take_output (struct attachment *a, int fd, bool wanted, size_t size)
{
  if (!wanted || size <= 1)
    return;
  a->output_fd = fd;
  a->output_done = 1;
  a->output_size = size;
  write_output (a);
}

static _Noreturn void
take_exit (struct attachment *a)
{
  uint32_t code;
  if (a->options.health_timeout)
    {
      fputs ("Error: the container ended during its health check\n", stderr);
      exit (EXIT_TROUBLE);
    }
  memcpy (&code, a->packet + 1, sizeof code);
  leave (a, a->broken ? EXIT_BROKEN_OUTPUT : (int) (ntohl (code) & 0xff));
}

static _Noreturn void
take_health (const struct attachment *a, signed char code)
{
  if (code < 0)
    fprintf (stderr, "Error: healthcheck command exceeded timeout of %s\n", a->options.health_timeout);
  if (code > 0)
    puts ("unhealthy");
  exit (code < 0 ? EXIT_TROUBLE : code);
}

static void
read_socket (struct attachment *a)
{
  ssize_t n = recv (a->socket, a->packet, sizeof a->packet, MSG_DONTWAIT);
  /* a reset is told before the packets that came first; they are still there */
  if (n < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNRESET))
    return;
  if (n <= 0)
    lost (a);
  if (a->packet[0] == MSG_STDOUT)
    take_output (a, STDOUT_FILENO, a->options.stdout_wanted, (size_t) n);
  else if (a->packet[0] == MSG_STDERR)
    take_output (a, STDERR_FILENO, a->options.stderr_wanted, (size_t) n);
  else if (a->packet[0] == MSG_TAKEN)
    a->may_send = true;
  else if (a->packet[0] == MSG_HEALTH && n == 2)
    take_health (a, (signed char) a->packet[1]);
  else if (a->packet[0] == MSG_EXIT && n == 5)
    take_exit (a);
}

static void
relay (struct attachment *a)
{
  struct pollfd fds[] = {
    { .fd = a->signal_fd, .events = POLLIN },
    { .fd = a->output_fd < 0 ? a->socket : -1, .events = POLLIN },
    { .fd = a->output_fd, .events = POLLOUT },
    { .fd = a->stdin_open && a->may_send ? STDIN_FILENO : -1, .events = POLLIN },
  };
  int ready = poll (fds, 4, a->broken ? 1000 : -1);
  if (a->broken && seconds_now () >= a->kill_at)
    send_packet (a, (unsigned char[]) { MSG_SIGNAL, SIGKILL }, 2);
  if (ready <= 0)
    return;
  if (fds[0].revents)
    read_signals (a);
  if (fds[2].revents)
    write_output (a);
  if (fds[3].revents)
    read_stdin (a);
  if (fds[1].revents)
    read_socket (a);
}

/* Returns the socket, or -1. */
static int
attach (const struct options *options)
{
  autoclose int directory = open (options->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return directory < 0 ? -1 : connect_at (directory, "attach", SOCK_SEQPACKET);
}

/* Attached as soon as the process is there: then the monitor, which waits for a client before it reads output, has it in time. */
static int
attach_while_starting (struct options *options)
{
  starting_await (&options->starting, "created ");
  int fd = attach (options);
  starting_await (&options->starting, "started");
  close (options->starting.lock_fd);
  return fd;
}

int
main (int argc, char **argv)
{
  struct attachment a = { .output_fd = -1, .may_send = true };
  if (parse_options (&a.options, argc, argv) < 0)
    {
      fputs ("usage: tspod-attach [--tty] [--stdin] [--no-stdout] [--no-stderr] [--detach-keys HEX] [--sig-proxy] [--rm] [--tell-attached] [--healthcheck TIMEOUT] DIR | --starting SYNC-FD LOCK-FD DIR FAILED-COMMAND...\n", stderr);
      return EXIT_TROUBLE;
    }
  a.signal_fd = signals_open (a.options.tty, a.options.sig_proxy);
  a.socket = a.options.starting.sync_fd < 0 ? attach (&a.options) : attach_while_starting (&a.options);
  if (a.signal_fd < 0 || a.socket < 0)
    lost (&a);
  if (a.options.tells_when_attached)
    close (ATTACHED_FD);
  /* bytes that are no typing never detach: they may hold the sequence by chance */
  a.keys = (struct detach_keys) { .keys = a.options.detach_keys, .size = a.options.tty ? a.options.detach_size : 0 };
  a.stdin_open = a.options.stdin_wanted;
  if (a.options.tty && a.options.stdin_wanted)
    terminal_make_raw (&a.terminal);
  if (a.options.tty)
    send_window (&a);
  if (a.options.health_timeout)
    {
      a.options.stdout_wanted = a.options.stderr_wanted = false;
      send_packet (&a, &(char) { MSG_HEALTH }, 1);
    }
  for (;;)
    relay (&a);
}

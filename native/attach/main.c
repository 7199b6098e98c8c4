/*
 * tspod-attach - the caller's side of a container's stdio (../attach-protocol.h). The command becomes
 * this program by execve(2), so it stands where users expect their own program: it gets the terminal and
 * the signals, and ends with the container's exit code.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "attach-protocol.h"
#include "attach/connection.h"
#include "attach/detached.h"
#include "attach/exit-code.h"
#include "attach/input.h"
#include "attach/interrupts.h"
#include "attach/not-attached.h"
#include "attach/options.h"
#include "attach/output.h"
#include "attach/seconds.h"
#include "attach/signals.h"
#include "attach/terminal.h"
#include "common/trace.h"
#include "protocol.h"

#define STOP_SECONDS 10
#define ATTACHED_FD 3

struct attachment
{
  struct trace trace;
  int64_t began;
  struct options options;
  struct terminal terminal;
  struct input input;
  struct output output;
  int socket, signal_fd;
  unsigned interrupts; /* SIGINTs of the terminal's so far */
  bool broken;         /* nothing can be written any more: the container is being stopped */
  time_t kill_at;      /* of the monotonic clock: SIGTERM has not sufficed by then */
};

static _Noreturn void
leave (struct attachment *a, int code)
{
  terminal_restore (&a->terminal);
  trace_phase (&a->trace, "attached", a->began);
  trace_end (&a->trace);
  exit (code);
}

static _Noreturn void
lost (struct attachment *a)
{
  terminal_restore (&a->terminal);
  fputs ("Error: lost connection to the container's monitor\n", stderr);
  exit (EXIT_TROUBLE);
}

static void
send_window (const struct attachment *a)
{
  unsigned short rows, columns;
  if (!terminal_size (&rows, &columns))
    return;
  unsigned char packet[5] = { MSG_WINDOW, (unsigned char) (rows >> 8), (unsigned char) rows,
                              (unsigned char) (columns >> 8), (unsigned char) columns };
  connection_send (a->socket, packet, sizeof packet);
}

/* Raw only where what is typed goes in: elsewhere the keys that make signals are meant for the caller. */
static void
take_terminal (struct attachment *a)
{
  if (a->options.stdin_wanted)
    terminal_make_raw (&a->terminal);
  else
    terminal_leave_output (&a->terminal);
  send_window (a);
}

static void
forward_signal (struct attachment *a, int number, int code)
{
  if (number == SIGINT && code > 0)
    number = interrupts_count (&a->interrupts, a->options.directory);
  if (number == SIGTERM && a->options.stop_seconds && !a->kill_at)
    a->kill_at = seconds_now () + (time_t) a->options.stop_seconds;
  connection_send (a->socket, (unsigned char[]) { MSG_SIGNAL, (unsigned char) number }, 2);
}

static void
handle_signal (struct attachment *a, int number, int code)
{
  if (signal_is_nobodys (number, code))
    return;
  if (a->options.tty && number == SIGWINCH)
    send_window (a);
  else if (a->options.tty && number == SIGCONT)
    take_terminal (a);
  else if (a->options.sig_proxy && signal_is_forwarded (number))
    forward_signal (a, number, code);
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
    handle_signal (a, (int) info.ssi_signo, info.ssi_code);
}

/*
 * The output's reader is gone, or the disk is full. As podman, this is an error and the container goes on;
 * but with --rm it is stopped, since no other program would do that.
 */
static void
output_broken (struct attachment *a, int fd, int error)
{
  if (a->broken)
    return;
  const char *why = strerror (error);
  terminal_restore (&a->terminal);
  fprintf (stderr, "Error: write %s: %c%s\n", fd == STDOUT_FILENO ? "/dev/stdout" : "/dev/stderr",
           tolower (*why), why + 1);
  if (!a->options.stop_on_broken_output)
    exit (EXIT_BROKEN_OUTPUT);
  a->broken = true;
  a->kill_at = seconds_now () + STOP_SECONDS;
  a->options.stdout_wanted = a->options.stderr_wanted = a->input.open = false;
  connection_send (a->socket, (unsigned char[]) { MSG_SIGNAL, SIGTERM }, 2);
}

static void
write_output (struct attachment *a)
{
  int fd = a->output.fd;
  if (output_write (&a->output) < 0)
    output_broken (a, fd, errno);
}

static void
take_output (struct attachment *a, int fd, size_t size)
{
  bool wanted = fd == STDOUT_FILENO ? a->options.stdout_wanted : a->options.stderr_wanted;
  if (wanted && output_take (&a->output, fd, size) < 0)
    output_broken (a, fd, errno);
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
  memcpy (&code, a->output.packet + 1, sizeof code);
  leave (a, a->broken ? EXIT_BROKEN_OUTPUT : (int) (ntohl (code) & 0xff));
}

static _Noreturn void
take_health (const struct attachment *a, signed char code)
{
  if (code < 0)
    fprintf (stderr, "Error: healthcheck command exceeded timeout of %s\n", a->options.health_timeout);
  if (code > 0)
    puts (code == HEALTH_IS_STARTING ? "starting" : code == HEALTH_IS_STOPPED ? "stopped" : "unhealthy");
  exit (code < 0 ? EXIT_TROUBLE : code > 0);
}

static void
take_packet (struct attachment *a, ssize_t size)
{
  const unsigned char *packet = a->output.packet;
  if (packet[0] == MSG_STDOUT)
    take_output (a, STDOUT_FILENO, (size_t) size);
  else if (packet[0] == MSG_STDERR)
    take_output (a, STDERR_FILENO, (size_t) size);
  else if (packet[0] == MSG_TAKEN)
    a->input.may_send = true;
  else if (packet[0] == MSG_HEALTH && size == 2)
    take_health (a, (signed char) packet[1]);
  else if (packet[0] == MSG_EXIT && size == 5)
    take_exit (a);
}

static void
read_socket (struct attachment *a)
{
  ssize_t n = recv (a->socket, a->output.packet, sizeof a->output.packet, MSG_DONTWAIT);
  /* the kernel reports a reset before the packets that came first, which are still there */
  if (n < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNRESET))
    return;
  if (n <= 0)
    lost (a);
  take_packet (a, n);
}

static void
relay (struct attachment *a)
{
  struct pollfd fds[] = {
    { .fd = a->signal_fd, .events = POLLIN },
    { .fd = a->output.fd < 0 ? a->socket : -1, .events = POLLIN },
    { .fd = a->output.fd, .events = POLLOUT },
    { .fd = a->input.open && a->input.may_send ? STDIN_FILENO : -1, .events = POLLIN },
  };
  int ready = poll (fds, 4, a->kill_at ? 1000 : -1);
  if (a->kill_at && seconds_now () >= a->kill_at)
    connection_send (a->socket, (unsigned char[]) { MSG_SIGNAL, SIGKILL }, 2);
  if (ready <= 0)
    return;
  if (fds[0].revents)
    read_signals (a);
  if (fds[2].revents)
    write_output (a);
  if (fds[3].revents && input_relay (&a->input, a->socket))
    {
      terminal_restore (&a->terminal);
      tell_detached (a->options.directory);
      leave (a, 0);
    }
  if (fds[1].revents)
    read_socket (a);
}

/*
 * Attaches as soon as the process is there: so the monitor, which waits for a client before it reads
 * output, has one in time.
 */
static int
attach_while_starting (struct options *options)
{
  starting_await (&options->starting, &options->answers, "created ");
  int fd = connection_open (options->directory), error = errno;
  starting_await (&options->starting, &options->answers, "started");
  close (options->starting.lock_fd);
  errno = error;
  return fd;
}

/* Prepares the first relay(): the terminal, the window, what is to be read and written. */
static void
begin (struct attachment *a)
{
  const struct options *options = &a->options;
  if (options->tells_when_attached)
    close (ATTACHED_FD);
  /* bytes that nobody types never detach: they may hold the sequence by chance */
  a->input.keys = (struct detach_keys) { .keys = options->detach_keys,
                                         .size = options->tty ? options->detach_size : 0 };
  a->input.open = options->stdin_wanted;
  if (options->tty)
    take_terminal (a);
}

/* The check's own output is not shown, only its result. */
static void
ask_for_health_check (struct attachment *a)
{
  a->options.stdout_wanted = a->options.stderr_wanted = false;
  connection_send (a->socket, &(char) { MSG_HEALTH }, 1);
}

int
main (int argc, char **argv)
{
  struct attachment a = { .output.fd = -1, .input.may_send = true };
  a.trace = trace_continue (getenv (ENV_TRACE), "become the attach client");
  a.began = trace_now ();
  if (parse_options (&a.options, argc, argv) < 0)
    return print_usage ();
  a.signal_fd = signals_open (a.options.tty, a.options.sig_proxy);
  a.socket = a.options.starting.failed_command ? attach_while_starting (&a.options)
                                               : connection_open (a.options.directory);
  if (a.signal_fd < 0 || a.socket < 0)
    not_attached (&a.options.answers, errno, a.options.health_timeout);
  begin (&a);
  if (a.options.health_timeout)
    ask_for_health_check (&a);
  for (;;)
    relay (&a);
}

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/read-text.h"
#include "common/slirp-api.h"
#include "network/forward-words.h"
#include "network/holder.h"
#include "network/port-address.h"

#define API "slirp.sock"
#define MESSAGES "slirp.log"
#define FAILURES_MAX 5
#define RETRY_MS 100
/* It takes 16 ms. Five failures are fewer seconds than a member waits for its answer. */
#define READY_MS 5000
#define ARGUMENTS_MAX 32

static _Noreturn void
become_slirp (const struct holder *holder, int ready, int leave)
{
  static const char *own[] = { "--api-socket",    API,    "-c", "-r", "3", "-e", "4", "--netns-type=path",
                               "/proc/self/fd/5", "tap0", NULL };
  const char *argv[ARGUMENTS_MAX];
  size_t count = 0;
  sigset_t none;
  for (char *const *word = holder->slirp.command; *word && count < ARGUMENTS_MAX - 12; word++)
    argv[count++] = *word;
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    argv[count++] = own[i];
  int messages = openat (holder->directory, MESSAGES, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  int fds[] = { null,
                null,
                messages,
                fcntl (ready, F_DUPFD_CLOEXEC, 10),
                fcntl (leave, F_DUPFD_CLOEXEC, 10),
                fcntl (holder->shared.fd, F_DUPFD_CLOEXEC, 10) };
  if (fchdir (holder->directory) < 0)
    _exit (127);
  for (int i = 0; i < 6; i++)
    if (dup2 (fds[i], i) < 0)
      _exit (127);
  close_range (6, ~0U, 0);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  signal (SIGPIPE, SIG_IGN);
  union
  {
    const char **constant;
    char **plain;
  } words = { argv };
  execv (argv[0], words.plain);
  _exit (127);
}

int
slirp_start (struct holder *holder)
{
  struct slirp *slirp = &holder->slirp;
  int ready[2], leave[2];
  unlinkat (holder->directory, API, 0);
  close_descriptor (&slirp->ready_fd);
  close_descriptor (&slirp->exit_fd);
  slirp->retry_at = names_now () + RETRY_MS; /* where this fails */
  if (pipe2 (ready, O_CLOEXEC) < 0)
    return -1;
  autoclose int ready_ours = ready[0], ready_end = ready[1];
  if (pipe2 (leave, O_CLOEXEC) < 0)
    return -1;
  autoclose int leave_end = leave[0], leave_ours = leave[1];
  pid_t pid = fork ();
  if (pid == 0)
    become_slirp (holder, ready_end, leave_end);
  if (pid < 0)
    return -1;
  slirp->pid = pid;
  /* not before: the end of a pipe whose other end nobody has would be the end of a child that there isn't */
  slirp->ready_fd = take_fd (&ready_ours);
  slirp->exit_fd = take_fd (&leave_ours);
  slirp->retry_at = 0;
  slirp->ready_by = names_now () + READY_MS;
  return 0;
}

/* The last line that it wrote. */
static void
read_problem (struct holder *holder)
{
  char path[64], text[1024];
  snprintf (path, sizeof path, "/proc/self/fd/%d/" MESSAGES, holder->directory);
  if (read_text (path, text, sizeof text) <= 0)
    snprintf (text, sizeof text, "slirp4netns has ended");
  for (size_t end = strlen (text); end > 0 && text[end - 1] == '\n';)
    text[--end] = '\0';
  const char *line = strrchr (text, '\n');
  snprintf (holder->slirp.problem, sizeof holder->slirp.problem, "%.200s", line ? line + 1 : text);
}

void
slirp_read_ready (struct holder *holder)
{
  struct slirp *slirp = &holder->slirp;
  char byte;
  ssize_t n = read (slirp->ready_fd, &byte, 1);
  if (n < 0 && errno == EINTR)
    return;
  close_descriptor (&slirp->ready_fd);
  slirp->ready_by = 0;
  if (n != 1 || namespace_set_up_tap (&holder->shared) < 0)
    {
      kill (slirp->pid, SIGKILL); /* it may live: its end is what brings another */
      return;
    }
  slirp->ready = true;
  slirp->failures = 0;
  members_slirp_changed (holder);
}

void
slirp_revive (struct holder *holder)
{
  struct slirp *slirp = &holder->slirp;
  int64_t now = names_now ();
  if (!slirp->pid && now >= slirp->retry_at)
    slirp_start (holder);
  else if (slirp->pid && slirp->ready_by && now >= slirp->ready_by)
    {
      slirp->ready_by = 0;
      kill (slirp->pid, SIGKILL);
    }
}

void
slirp_ended (struct holder *holder)
{
  struct slirp *slirp = &holder->slirp;
  read_problem (holder);
  close_descriptor (&slirp->ready_fd);
  slirp->pid = 0;
  slirp->ready_by = 0;
  slirp->ready = false;
  slirp->failures++;
  /* the first time at once: what was killed may be needed now */
  slirp->retry_at = names_now () + (slirp->failures > 1 ? RETRY_MS * slirp->failures : 0);
  if (slirp->failures >= FAILURES_MAX)
    members_slirp_changed (holder);
}

void
slirp_stop (struct holder *holder)
{
  close_descriptor (&holder->slirp.exit_fd);
  close_descriptor (&holder->slirp.ready_fd);
  unlinkat (holder->directory, API, 0);
  unlinkat (holder->directory, MESSAGES, 0);
}

static bool
is_plain (char *const *words, size_t count)
{
  for (size_t i = PROTOCOL; i < count; i++)
    if (words[i][strspn (words[i], "abcdefghijklmnopqrstuvwxyz0123456789.:")])
      return false;
  return count == FORWARD_WORDS;
}

int
slirp_forward (struct holder *holder, struct record *forward, char *text, size_t size)
{
  char request[512], answer[512];
  char *const *words = forward->words;
  forward->forward = -1;
  snprintf (text, size, "%s", "");
  if (!is_plain (words, forward->count))
    {
      errno = EINVAL;
      return -1;
    }
  /* slirp4netns does not say why it could not listen: so we try, and ask it then. */
  autoclose int listening = port_listen (words[PROTOCOL], words[HOST_ADDRESS], words[HOST_PORT]);
  if (listening < 0)
    return -1;
  if (strcmp (words[PROTOCOL], "tcp") == 0)
    return ports_add (holder, forward, take_fd (&listening));
  close_descriptor (&listening);
  snprintf (
      request, sizeof request,
      "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"%s\",\"host_addr\":\"%s\",\"host_port\":%s,"
      "\"guest_addr\":\"%s\",\"guest_port\":%s}}",
      words[PROTOCOL], words[HOST_ADDRESS], words[HOST_PORT], words[ADDRESS], words[PORT]);
  if (slirp_ask (holder->directory, API, request, answer, sizeof answer) < 0)
    return -1;
  const char *id = strstr (answer, "\"id\":");
  if (!id)
    {
      snprintf (text, size, "%s", answer);
      errno = EADDRINUSE;
      return -1;
    }
  forward->forward = strtol (id + strlen ("\"id\":"), NULL, 10);
  return 0;
}

void
slirp_unforward (struct holder *holder, struct record *forward)
{
  char request[128], answer[512];
  if (forward->forward < 0)
    return;
  if (forward->listen_fd >= 0)
    {
      ports_drop (holder, forward);
      return;
    }
  snprintf (request, sizeof request, "{\"execute\":\"remove_hostfwd\",\"arguments\":{\"id\":%ld}}",
            forward->forward);
  if (holder->slirp.ready)
    slirp_ask (holder->directory, API, request, answer, sizeof answer);
  forward->forward = -1;
}

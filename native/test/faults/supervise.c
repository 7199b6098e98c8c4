#include "test/faults/supervise.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/read-text.h"
#include "test/faults/calls.h"
#include "test/faults/unflushed.h"

/* The process of a thread. */
static pid_t
process_of (pid_t thread)
{
  char path[64], text[1024];
  snprintf (path, sizeof path, "/proc/%d/status", thread);
  read_text (path, text, sizeof text);
  const char *line = strstr (text, "\nTgid:");
  return line ? (pid_t) strtol (line + 6, NULL, 10) : thread;
}

/* The name of a process's program: a runtime's copy in memory has but a short one. */
static void
program_of (pid_t pid, char name[64])
{
  char path[64], target[512];
  snprintf (path, sizeof path, "/proc/%d/exe", pid);
  ssize_t length = readlink (path, target, sizeof target - 1);
  target[length < 0 ? 0 : length] = '\0';
  if (strstr (target, "memfd:") || length <= 0)
    {
      snprintf (path, sizeof path, "/proc/%d/comm", pid);
      read_text (path, target, sizeof target);
      target[strcspn (target, "\n")] = '\0';
    }
  const char *slash = strrchr (target, '/');
  snprintf (name, 64, "%.63s", slash ? slash + 1 : target);
}

static bool
is_below (const struct request *request, const char *path)
{
  for (int i = 0; i < request->directory_count; i++)
    {
      size_t length = strlen (request->directories[i]);
      if (strncmp (path, request->directories[i], length) == 0 && strchr ("/", path[length]))
        return true;
    }
  return false;
}

static void
note_content (const struct call *call, const struct seccomp_notif *notice)
{
  pid_t pid = (pid_t) notice->pid;
  int fd = call->directory < 0 ? -1 : (int) notice->data.args[call->directory];
  if (call->effect == WRITES && fd >= 0)
    note_written (pid, fd);
  else if (call->number == SYS_syncfs)
    note_all_flushed ();
  else if (call->effect == FLUSHES)
    note_flushed (pid, fd);
}

/*
 * All that have the filter: whoever asks from here on is killed, and who does not ask is killed by those that
 * wait for it, or by the test.
 */
static bool is_cut;

static void
answer (const struct request *request, pid_t command, const struct seccomp_notif *notice,
        struct seccomp_notif_resp *response)
{
  static long counted;
  pid_t pid = process_of ((pid_t) notice->pid);
  response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  if (is_cut)
    {
      kill (pid, SIGKILL);
      return;
    }
  const struct call *call = find_call (notice->data.nr);
  char path[PATH_MAX], program[64];
  if (!call || !changed_path (call, notice, path) || !is_below (request, path))
    return;
  program_of (pid, program);
  bool counts = request->program ? strcmp (program, request->program) == 0 : pid == command;
  bool hit = false;
  if (counts && (call->effect & request->effects))
    {
      counted++;
      hit = request->at > 0 && (request->lasting ? counted >= request->at : counted == request->at);
      if (request->log)
        fprintf (request->log, "%ld %s %s%s %s\n", counted, program, hit ? "!" : "", call->name, path);
    }
  if (hit && request->fault == FAULT_ERRNO)
    *response = (struct seccomp_notif_resp) { .id = notice->id, .error = -request->error };
  else if (hit)
    {
      if (request->fault == FAULT_CUT)
        {
          int lost = lose_unflushed (request->at);
          is_cut = true;
          if (request->log)
            fprintf (request->log, "%ld %s lost %d\n", counted, program, lost);
        }
      kill (pid, SIGKILL);
    }
  else if (request->fault == FAULT_CUT)
    note_content (call, notice);
}

void
supervise (int listener, const struct request *request, pid_t command)
{
  struct seccomp_notif_sizes sizes;
  if (syscall (SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0)
    return;
  struct seccomp_notif *notice = calloc (1, sizes.seccomp_notif + sizeof *notice);
  struct seccomp_notif_resp *response = calloc (1, sizes.seccomp_notif_resp + sizeof *response);
  struct pollfd waiting = { listener, POLLIN, 0 };
  while (notice && response && (poll (&waiting, 1, -1) > 0 || errno == EINTR))
    {
      if (waiting.revents & (POLLHUP | POLLERR))
        break;
      memset (notice, 0, sizes.seccomp_notif);
      if (ioctl (listener, SECCOMP_IOCTL_NOTIF_RECV, notice) < 0)
        continue; /* it was killed meanwhile */
      memset (response, 0, sizes.seccomp_notif_resp);
      response->id = notice->id;
      answer (request, command, notice, response);
      ioctl (listener, SECCOMP_IOCTL_NOTIF_SEND, response);
      if (request->log)
        fflush (request->log);
    }
  free (notice);
  free (response);
}

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../common/descriptor.h"
#include "clock.h"
#include "oom.h"

static ssize_t
read_text (const char *path, char *text, size_t size)
{
  autoclose int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read (fd, text, size - 1);
  text[n > 0 ? n : 0] = '\0';
  return n;
}

void
start_time_of (pid_t pid, char *text, size_t size)
{
  char path[64], line[1024];
  snprintf (text, size, "0");
  snprintf (path, sizeof path, pid ? "/proc/%d/stat" : "/proc/self/stat", (int) pid);
  if (read_text (path, line, sizeof line) <= 0)
    return;
  /* the second field is the command's name, in parentheses, and may hold anything */
  char *field = strrchr (line, ')');
  for (int number = 2; field && number < 22; number++)
    field = strchr (field + 1, ' ');
  if (field)
    snprintf (text, size, "%.*s", (int) strcspn (field + 1, " "), field + 1);
}

int
process_identify (struct process *process, const char *pid_file)
{
  char text[32];
  if (read_text (pid_file, text, sizeof text) <= 0)
    return -1;
  process->pid = (pid_t) strtol (text, NULL, 10);
  if (process->pid <= 0)
    {
      errno = EINVAL;
      return -1;
    }
  process->pidfd = (int) syscall (SYS_pidfd_open, process->pid, 0);
  process->created = clock_now ();
  start_time_of (process->pid, process->start_time, sizeof process->start_time);
  oom_watch (process);
  return 0;
}

void
process_forget (struct process *process)
{
  close_descriptor (&process->pidfd);
  close_descriptor (&process->oom_events_fd);
  *process = (struct process) { .pidfd = -1, .oom_events_fd = -1 };
}

void
process_ended (struct process *process, int status)
{
  process->ended = true;
  process->finished = clock_now ();
  process->signal = WIFSIGNALED (status) ? WTERMSIG (status) : 0;
  process->code = process->signal ? 128 + process->signal : WEXITSTATUS (status);
  oom_conclude (process);
}

void
process_signal (const struct process *process, int signal)
{
  if (process->pid <= 0 || process->ended)
    return;
  /* before Linux 5.1 there are no pidfds; its zombie, ours to reap, keeps the pid from being reused */
  if (process->pidfd < 0 || syscall (SYS_pidfd_send_signal, process->pidfd, signal, NULL, 0) < 0)
    kill (process->pid, signal);
}

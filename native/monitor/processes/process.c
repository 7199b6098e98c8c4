#include "monitor/processes/process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "common/process-identity.h"
#include "common/read-text.h"
#include "monitor/cgroup/oom.h"

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
  process->start_time = process_start_time (process->pid);
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
  /*
   * before Linux 5.1 there are no pidfds; but its zombie, which only we can reap, keeps the pid from being
   * used again
   */
  if (process->pidfd < 0 || syscall (SYS_pidfd_send_signal, process->pidfd, signal, NULL, 0) < 0)
    kill (process->pid, signal);
}

#include "monitor/facts/status.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/process-identity.h"
#include "common/read-text.h"

static int
write_whole (int fd, const char *text, size_t size)
{
  ssize_t n = write (fd, text, size);
  if (n >= 0 && (size_t) n < size)
    errno = ENOSPC;
  return n == (ssize_t) size ? 0 : -1;
}

static int
sync_parent (const char *path)
{
  char parent[PATH_MAX];
  const char *slash = strrchr (path, '/');
  if (!slash || snprintf (parent, sizeof parent, "%.*s", (int) (slash - path + 1), path) < 0)
    return 0;
  autoclose int fd = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return fd < 0 ? -1 : fsync (fd);
}

/* Readers see the old text or the new, never a piece; with DURABLE, also after a power cut. */
static int
replace_file (const char *path, const char *text, size_t size, bool durable)
{
  char beside[PATH_MAX];
  if ((size_t) snprintf (beside, sizeof beside, "%s.new", path) >= sizeof beside)
    {
      errno = ENAMETOOLONG;
      return -1;
    }
  /* The user may have it in /tmp, where others make symlinks: nothing that is there is written to. */
  unlink (beside);
  autoclose int fd = open (beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0 || write_whole (fd, text, size) < 0 || (durable && fsync (fd) < 0) || rename (beside, path) < 0)
    return -1;
  return durable ? sync_parent (path) : 0;
}

static void
add_word (char *text, size_t size, const char *key, const char *word)
{
  size_t used = strlen (text);
  if (word && *word)
    snprintf (text + used, size - used, "%s %s\n", key, word);
}

static const char *
run_of (const struct monitor *m)
{
  return m->plan.store ? m->plan.store[1] : NULL;
}

/* Whether the text has come to PARENT/NAME. */
static int
replace_in (const char *parent, const char *name, const char *text)
{
  char path[PATH_MAX];
  if ((size_t) snprintf (path, sizeof path, "%s/%s", parent, name) >= sizeof path)
    {
      errno = ENAMETOOLONG;
      return -1;
    }
  return replace_file (path, text, strlen (text), false);
}

static void
add_time (char *text, size_t size, const char *key, struct timespec time)
{
  size_t used = strlen (text);
  if (time.tv_sec)
    snprintf (text + used, size - used, "%s %lld.%09ld\n", key, (long long) time.tv_sec, time.tv_nsec);
}

/* The store's first: where that is, the container runs for every command. */
static int
replace_status (const struct monitor *m, const char *text)
{
  if (m->plan.store && replace_in (m->plan.store[0], "status", text) < 0)
    return -1;
  return replace_in (m->plan.dir, "status", text);
}

int
status_write (const struct monitor *m)
{
  char boot[64] = "", text[768] = "";
  const struct process *process = &m->process;
  if (read_text ("/proc/sys/kernel/random/boot_id", boot, sizeof boot) > 0)
    boot[strcspn (boot, "\n")] = '\0';
  add_word (text, sizeof text, "boot", boot);
  add_word (text, sizeof text, "run", run_of (m));
  snprintf (text + strlen (text), sizeof text - strlen (text), "monitor %d %llu\nprocess %d %llu\n",
            (int) getpid (), process_start_time (getpid ()), (int) process->pid, process->start_time);
  add_time (text, sizeof text, "created", process->created);
  add_time (text, sizeof text, "started", process->started);
  snprintf (text + strlen (text), sizeof text - strlen (text), "restarts %u\n", m->restart.count);
  add_time (text, sizeof text, "due", m->restart.due);
  if (m->restart.again)
    snprintf (text + strlen (text), sizeof text - strlen (text), "last %d\n", m->restart.last_code);
  return replace_status (m, text);
}

static long long
microseconds (struct timeval time)
{
  return time.tv_sec * 1000000LL + time.tv_usec;
}

void
status_write_exit (const struct monitor *m)
{
  char text[512] = "";
  struct rusage used;
  const struct process *process = &m->process;
  if (!m->plan.exit_file)
    return;
  add_word (text, sizeof text, "run", run_of (m));
  snprintf (text + strlen (text), sizeof text - strlen (text), "code %d\nsignal %d\noom %d\n", process->code,
            process->signal, process->oom);
  add_time (text, sizeof text, "started", process->started);
  add_time (text, sizeof text, "finished", process->finished);
  snprintf (text + strlen (text), sizeof text - strlen (text), "timeout %d\nrestarts %u\n",
            process->timed_out, m->restart.count);
  if (m->plan.bound && getrusage (RUSAGE_CHILDREN, &used) == 0)
    snprintf (text + strlen (text), sizeof text - strlen (text), "usage %lld %lld %ld %ld\n",
              microseconds (used.ru_utime), microseconds (used.ru_stime), used.ru_inblock, used.ru_oublock);
  if (replace_file (m->plan.exit_file, text, strlen (text), !m->plan.remove) < 0)
    warn_and_go_on (m, "writing %s", m->plan.exit_file);
}

int
status_write_pid (const char *path, pid_t pid)
{
  char text[32];
  snprintf (text, sizeof text, "%d", (int) pid);
  return path ? replace_file (path, text, strlen (text), false) : 0;
}

int
status_write_file (const char *path, const char *text, size_t size)
{
  return replace_file (path, text, size, false);
}

#include "monitor/state/plan.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/descriptor.h"

#define PLAN_MAX (16u << 20)
#define MANY SIZE_MAX

enum kind
{
  LIST, /* who needs it looks for it in `records` */
  FLAG,
  STRING,
  NUMBER,
  ARGUMENTS,
};

static const struct key
{
  const char *name;
  size_t least, most;
  enum kind kind;
  size_t offset;
} KEYS[] = {
  { "id", 1, 1, STRING, offsetof (struct plan, id) },
  { "dir", 1, 1, STRING, offsetof (struct plan, dir) },
  { "store", 3, 3, ARGUMENTS, offsetof (struct plan, store) },
  { "hold-lock", 1, 1, STRING, offsetof (struct plan, hold_lock) },
  { "end-when-free", 3, 3, ARGUMENTS, offsetof (struct plan, end_when_free) },
  { "propagate", 1, 1, STRING, offsetof (struct plan, propagate) },
  { "terminal", 2, 2, ARGUMENTS, offsetof (struct plan, terminal) },
  { "stdin", 0, 0, FLAG, offsetof (struct plan, keep_stdin) },
  { "log", 1, MANY, ARGUMENTS, offsetof (struct plan, log) },
  { "notify", 2, 2, ARGUMENTS, offsetof (struct plan, notify) },
  { "scope", 3, 3, ARGUMENTS, offsetof (struct plan, scope) },
  { "hold", 0, 0, FLAG, offsetof (struct plan, hold) },
  { "bound", 0, 0, FLAG, offsetof (struct plan, bound) },
  { "pid-file", 1, 1, STRING, offsetof (struct plan, pid_file) },
  { "copy-runtime", 0, 0, FLAG, offsetof (struct plan, copy_runtime) },
  { "create", 1, MANY, ARGUMENTS, offsetof (struct plan, create) },
  { "write-pid", 1, 1, STRING, offsetof (struct plan, write_pid) },
  { "write-monitor-pid", 1, 1, STRING, offsetof (struct plan, write_monitor_pid) },
  { "exit-file", 1, 1, STRING, offsetof (struct plan, exit_file) },
  { "timeout", 1, 1, NUMBER, offsetof (struct plan, timeout) },
  { "restart", 3, 3, ARGUMENTS, offsetof (struct plan, restart) },
  { "health", 12, 12, ARGUMENTS, offsetof (struct plan, health) },
  { "health-command", 1, MANY, ARGUMENTS, offsetof (struct plan, health_command) },
  { "health-startup", 4, 4, ARGUMENTS, offsetof (struct plan, health_startup) },
  { "health-startup-command", 1, MANY, ARGUMENTS, offsetof (struct plan, health_startup_command) },
  { "health-times", 5, 5, ARGUMENTS, offsetof (struct plan, health_times) },
  { "ready", 7, 7, ARGUMENTS, offsetof (struct plan, ready) },
  { "ready-command", 1, MANY, ARGUMENTS, offsetof (struct plan, ready_command) },
  { "post-start", 2, MANY, ARGUMENTS, offsetof (struct plan, post_start) },
  { "start-again", 1, MANY, ARGUMENTS, offsetof (struct plan, start_again) },
  { "at-end", 1, MANY, ARGUMENTS, offsetof (struct plan, at_end) },
  { "after-end", 1, MANY, ARGUMENTS, offsetof (struct plan, after_end) },
  { "joins", 3, 3, LIST, 0 },
  { "mount", 6, 6, LIST, 0 },
  { "mounted", 1, 1, LIST, 0 },
  { "subpath", 3, 3, LIST, 0 },
  { "symlink", 6, 6, LIST, 0 },
  { "prepare", 1, MANY, LIST, 0 },
  { "netns", 1, 1, STRING, offsetof (struct plan, netns) },
  { "netns-of-process", 0, 0, FLAG, offsetof (struct plan, netns_of_process) },
  { "network", 1, MANY, ARGUMENTS, offsetof (struct plan, network) },
  { "network-api", 1, 1, STRING, offsetof (struct plan, network_api) },
  { "network-request", 1, 1, LIST, 0 },
  { "network-relay", 1, MANY, ARGUMENTS, offsetof (struct plan, network_relay) },
  { "network-prepare", 1, MANY, ARGUMENTS, offsetof (struct plan, network_prepare) },
  { "network-holder", 2, MANY, ARGUMENTS, offsetof (struct plan, network_holder) },
  { "networks", 1, 1, STRING, offsetof (struct plan, networks) },
  { "start", 1, MANY, ARGUMENTS, offsetof (struct plan, start) },
  { "delete", 1, MANY, ARGUMENTS, offsetof (struct plan, delete) },
  { "event-log", 1, 1, STRING, offsetof (struct plan, event_log) },
  { "event", 2, 2, LIST, 0 },
  { "trash", 1, 1, STRING, offsetof (struct plan, trash) },
  { "remove-name", 1, 1, LIST, 0 },
  { "remove-link", 1, 1, LIST, 0 },
  { "remove-id-file", 1, 1, LIST, 0 },
  { "remove-dir", 1, 1, LIST, 0 },
  { "volume-ref", 2, 2, LIST, 0 },
};

bool
record_is (const struct record *record, const char *key)
{
  return strcmp (record->key, key) == 0;
}

const char *
plan_event (const struct plan *plan, const char *name)
{
  for (size_t i = 0; i < plan->count; i++)
    if (record_is (&plan->records[i], "event") && strcmp (plan->records[i].argv[0], name) == 0)
      return plan->records[i].argv[1];
  return NULL;
}

static int
parse_number (const char *text, unsigned long *number)
{
  char *end;
  errno = 0;
  *number = strtoul (text, &end, 10);
  return *text >= '0' && *text <= '9' && !*end && !errno ? 0 : -1;
}

/* Reads byte by byte, since what comes behind the plan is not ours to read. */
static int
read_length (int fd, unsigned long *length)
{
  char text[16];
  for (size_t used = 0; used < sizeof text; used++)
    {
      if (read (fd, text + used, 1) != 1)
        return -1;
      if (!text[used])
        return parse_number (text, length);
    }
  return -1;
}

/* Reads the plan's text, and ends it with a NUL that is not counted. */
static char *
read_text (int fd, size_t *length)
{
  unsigned long announced;
  errno = EPIPE;
  if (read_length (fd, &announced) < 0)
    return NULL;
  if (announced > PLAN_MAX)
    {
      errno = EFBIG;
      return NULL;
    }
  autofree char *text = calloc (announced + 1, 1);
  for (*length = 0; text && *length < announced;)
    {
      ssize_t n = read (fd, text + *length, announced - *length);
      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = EPIPE;
      if (n <= 0)
        return NULL;
      *length += (size_t) n;
    }
  char *whole = text;
  text = NULL;
  return whole;
}

static int
store (struct plan *plan, const struct record *record, const struct key *key)
{
  char *field = (char *) plan + key->offset;
  switch (key->kind)
    {
    case LIST:
      return 0;
    case FLAG:
      *(bool *) (void *) field = true;
      return 0;
    case STRING:
      *(const char **) (void *) field = record->argv[0];
      return 0;
    case NUMBER:
      return parse_number (record->argv[0], (unsigned long *) (void *) field);
    case ARGUMENTS:
      *(char ***) (void *) field = record->argv;
      return 0;
    }
  return -1;
}

static int
accept_record (struct plan *plan, const struct record *record)
{
  for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
    if (record_is (record, KEYS[i].name))
      return record->argc < KEYS[i].least || record->argc > KEYS[i].most ? -1
                                                                         : store (plan, record, &KEYS[i]);
  return -1;
}

/* Takes one record from *NEXT on. Returns -1 where the text ends too soon or the count is no number. */
static int
take_record (struct record *record, char **next, const char *end, char ***pool)
{
  unsigned long argc;
  const char *key = *next, *count = key + strlen (key) + 1;
  if (count >= end || parse_number (count, &argc) < 0 || argc > (size_t) (end - count))
    return -1;
  *next += strlen (key) + 1 + strlen (count) + 1;
  *record = (struct record) { .key = key, .argc = argc, .argv = *pool };
  for (size_t i = 0; i < argc; i++)
    {
      if (*next >= end)
        return -1;
      *(*pool)++ = *next;
      *next += strlen (*next) + 1;
    }
  *(*pool)++ = NULL;
  return 0;
}

static bool
is_known_log (char *const *argv)
{
  size_t arguments = 0;
  while (argv[1 + arguments])
    arguments++;
  if (strcmp (argv[0], "none") == 0 || strcmp (argv[0], "journald") == 0)
    return true;
  return (strcmp (argv[0], "k8s-file") == 0 && arguments == 2)
         || (strcmp (argv[0], "json-file") == 0 && arguments == 3);
}

static int
refuse (char *problem, size_t size, const char *missing)
{
  snprintf (problem, size, "the plan has no '%s'", missing);
  errno = EINVAL;
  return -1;
}

static int
check (const struct plan *plan, char *problem, size_t size)
{
  if (plan->log && !is_known_log (plan->log))
    snprintf (problem, size, "unknown log driver '%s'", plan->log[0]);
  else if (plan->health && !plan->health_command)
    snprintf (problem, size, "the plan has 'health' without 'health-command'");
  else if (plan->health_startup && (!plan->health || !plan->health_startup_command))
    snprintf (problem, size, "the plan has 'health-startup' without 'health' or 'health-startup-command'");
  else if (plan->ready && !plan->ready_command)
    snprintf (problem, size, "the plan has 'ready' without 'ready-command'");
  else if (plan->networks && (!plan->network_holder || !plan->netns))
    snprintf (problem, size, "the plan has 'networks' without 'network-holder' or 'netns'");
  else
    return 0;
  errno = EINVAL;
  return -1;
}

int
plan_read_changes (struct plan *plan, int fd, char *problem, size_t size)
{
  size_t length, strings = 0;
  snprintf (problem, size, "reading the plan");
  plan->text = read_text (fd, &length);
  if (!plan->text)
    return -1;
  const char *end = plan->text + length;
  for (const char *p = plan->text; p < end; p += strlen (p) + 1)
    strings++;
  /* each record is two strings and its arguments, so there is room for its closing NULL as well */
  plan->records = calloc (strings / 2 + 1, sizeof *plan->records);
  plan->strings = calloc (strings + 1, sizeof *plan->strings);
  if (!plan->records || !plan->strings)
    return -1;
  char **pool = plan->strings;
  for (char *next = plan->text; next < end; plan->count++)
    {
      struct record *record = &plan->records[plan->count];
      const char *key = next;
      if (take_record (record, &next, end, &pool) == 0 && accept_record (plan, record) == 0)
        {
          plan->remove |= strncmp (record->key, "remove-", 7) == 0;
          continue;
        }
      snprintf (problem, size, "bad record '%s' in the plan", key);
      errno = EINVAL;
      return -1;
    }
  return check (plan, problem, size);
}

int
plan_read (struct plan *plan, int fd, char *problem, size_t size)
{
  if (plan_read_changes (plan, fd, problem, size) < 0)
    return -1;
  const char *missing = !plan->id                           ? "id"
                        : !plan->dir                        ? "dir"
                        : !plan->create                     ? "create"
                        : !plan->pid_file                   ? "pid-file"
                        : plan->restart && !plan->exit_file ? "exit-file"
                                                            : NULL;
  return missing ? refuse (problem, size, missing) : 0;
}

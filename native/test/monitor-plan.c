#include "monitor/state/plan.h"
#include "test/tap.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BASE "id\0001\0x\0dir\0001\0/d\0pid-file\0001\0/p\0create\0002\0runc\0create\0"

struct row
{
  const char *name, *text;
  size_t size;
  const char *problem; /* NULL: it is a plan */
};

/* Versions of clang-format differ over this. */
/* clang-format off */
#define ROW(name, text, problem) \
  { name, text, sizeof (text) - 1, problem }
/* clang-format on */

static const struct row rows[] = {
  ROW ("the least that is needed", BASE, NULL),
  ROW ("an unknown key", BASE "nonsense\0000\0", "bad record 'nonsense' in the plan"),
  ROW ("too few arguments", BASE "mount\0001\0x\0", "bad record 'mount' in the plan"),
  ROW ("too many arguments", BASE "hold\0001\0x\0", "bad record 'hold' in the plan"),
  ROW ("cut short", BASE "exit-file\0001\0", "bad record 'exit-file' in the plan"),
  ROW ("cut short before the number", BASE "hold\0", "bad record 'hold' in the plan"),
  ROW ("a count that is no number", BASE "hold\0-1\0", "bad record 'hold' in the plan"),
  ROW ("a huge count", BASE "create\00099999999999\0x\0", "bad record 'create' in the plan"),
  ROW ("a timeout that is no number", BASE "timeout\0001\0soon\0", "bad record 'timeout' in the plan"),
  ROW ("nothing", "", "the plan has no 'id'"),
  ROW ("an unknown log driver", BASE "log\0001\0smoke\0", "unknown log driver 'smoke'"),
  ROW ("json-file without its arguments", BASE "log\0003\0json-file\0/l\0000\0",
       "unknown log driver 'json-file'"),
  ROW ("json-file", BASE "log\0004\0json-file\0/l\0000\0001\0", NULL),
  ROW ("restart without an exit file", BASE "restart\0003\0always\0000\0/m\0", "the plan has no 'exit-file'"),
  ROW ("restart", BASE "restart\0003\0always\0000\0/m\0exit-file\0001\0/e\0", NULL),
  ROW ("a startup check without a check", BASE "health-startup\0004\0001\0002\0003\0004\0",
       "the plan has 'health-startup' without 'health' or 'health-startup-command'"),
  ROW ("health without its command",
       BASE "health\00012\0001\0002\0003\0004\0none\0/r\0/p\00015\00010\0005\000500\000\0",
       "the plan has 'health' without 'health-command'"),
  ROW ("a network namespace of the process", BASE "netns\0001\0/n\0netns-of-process\0000\0", NULL),
  ROW ("k8s-file without its arguments", BASE "log\0001\0k8s-file\0", "unknown log driver 'k8s-file'"),
};

/* A pipe with a plan of LENGTH bytes announced, TEXT, and its writer gone. */
static int
pipe_with (size_t length, const char *text, size_t size)
{
  int fds[2];
  if (pipe (fds) < 0)
    return -1;
  dprintf (fds[1], "%zu%c", length, '\0');
  if (write (fds[1], text, size) != (ssize_t) size)
    return -1;
  close (fds[1]);
  return fds[0];
}

static void
check (const struct row *row)
{
  struct plan plan = { 0 };
  char problem[256] = "";
  int result = plan_read (&plan, pipe_with (row->size, row->text, row->size), problem, sizeof problem);
  ok ((result == 0) == !row->problem, row->name);
  if (row->problem)
    is_text (problem, row->problem, row->name);
}

int
main (void)
{
  struct plan plan = { 0 };
  char problem[256];
  static const char text[] = BASE "event\0002\0died\0T\0remove-link\0001\0/l\0timeout\00010\0";
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    check (&rows[i]);
  ok (plan_read (&plan, pipe_with (sizeof text - 1, text, sizeof text - 1), problem, sizeof problem) < 0,
      "10 arguments announced, none there");
  static const char good[] = BASE "event\0002\0died\0T\0remove-link\0001\0/l\0timeout\0001\00010\0";
  plan = (struct plan) { 0 };
  int fd = pipe_with (sizeof good - 1, good, sizeof good); /* one byte more */
  ok (plan_read (&plan, fd, problem, sizeof problem) == 0, "a longer plan");
  char rest[2];
  ok (read (fd, rest, sizeof rest) == 1 && *rest == '\0', "what comes behind a plan is left there");
  is_text (plan.create[1], "create", "arguments end up in order");
  ok (!plan.create[2], "arguments end with NULL");
  is_text (plan_event (&plan, "died"), "T", "an event's template");
  ok (!plan_event (&plan, "start"), "an event that is not in the plan");
  ok (plan.remove && plan.timeout == 10, "flag and number");
  ok (plan_read (&plan, pipe_with (sizeof good, good, sizeof good - 1), problem, sizeof problem) < 0,
      "shorter than announced");
  is_text (problem, "reading the plan", "shorter than announced");
  ok (plan_read (&plan, pipe_with (1ul << 30, "", 0), problem, sizeof problem) < 0, "longer than any plan");
  fd = pipe_with (0, "", 0);
  ok (read (fd, rest, 2) == 2 && plan_read (&plan, fd, problem, sizeof problem) < 0, "not even a length");
  return done_testing ();
}

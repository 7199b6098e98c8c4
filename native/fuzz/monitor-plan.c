/* A plan, and what `update` changes of one. */
#include "fuzz/target.h"
#include "monitor/state/plan.h"

static void
try_one (int (*read_plan) (struct plan *, int, char *, size_t), const uint8_t *data, size_t size)
{
  struct plan plan = { 0 };
  char problem[64];
  int fd = file_with (data, size);
  if (read_plan (&plan, fd, problem, sizeof problem) == 0)
    for (size_t i = 0; i < plan.count; i++)
      if (plan.records[i].argv[plan.records[i].argc])
        abort ();
  plan_event (&plan, "died");
  free (plan.text);
  free (plan.records);
  free (plan.strings);
  close (fd);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  try_one (plan_read, data, size);
  try_one (plan_read_changes, data, size);
  return 0;
}

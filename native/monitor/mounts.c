#include "monitor/mounts.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "monitor/children.h"
#include "monitor/spawn.h"

static const char *
or_null (const char *text)
{
  return *text ? text : NULL;
}

/*
 * argv: SOURCE TARGET FSTYPE FLAGS DATA CWD. Short relative paths in DATA, from CWD, get many layers into its
 * one page.
 */
static int
mount_one (struct monitor *m, char *const *argv)
{
  const char *source = *argv[0] ? argv[0] : "none";
  if (*argv[5] && chdir (argv[5]) < 0)
    return fail (m, "mount", errno, "%s", argv[5]);
  int result = mount (source, argv[1], or_null (argv[2]), strtoul (argv[3], NULL, 10), or_null (argv[4]));
  int error = errno;
  if (*argv[5] && chdir ("/") < 0)
    return fail (m, "mount", errno, "/");
  return result < 0 ? fail (m, "mount", error, "%s", argv[1]) : 0;
}

static int
prepare_one (struct monitor *m, char *const *argv)
{
  int code = run_child (argv, m->oom_score_adj);
  if (code < 0)
    return fail (m, "prepare", errno, "%s", argv[0]);
  return code > 0 ? fail (m, "prepare", code, "%s", argv[0]) : 0;
}

static bool
wants_mounts (const struct plan *plan)
{
  for (size_t i = 0; i < plan->count; i++)
    if (record_is (&plan->records[i], "mount") || record_is (&plan->records[i], "mounted")
        || record_is (&plan->records[i], "prepare"))
      return true;
  return plan->netns || plan->network;
}

int
mounts_make (struct monitor *m)
{
  bool prepared = false;
  if (!wants_mounts (&m->plan))
    return 0;
  if (unshare (CLONE_NEWNS) < 0)
    return fail (m, "mount", errno, "making a mount namespace");
  /* what the user mounts later still arrives here; nothing of ours goes back */
  if (mount (NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
    return fail (m, "mount", errno, "/");
  for (size_t i = 0; i < m->plan.count; i++)
    {
      const struct record *record = &m->plan.records[i];
      if (record_is (record, "mount") && mount_one (m, record->argv) < 0)
        return -1;
      if (record_is (record, "prepare") && prepare_one (m, record->argv) < 0)
        return -1;
      prepared |= record_is (record, "prepare");
    }
  if (prepared)
    children_list (&m->helpers, &m->helper_count);
  return 0;
}

void
mounts_undo (const struct monitor *m)
{
  for (size_t i = m->plan.count; i-- > 0;)
    {
      const struct record *record = &m->plan.records[i];
      if (record_is (record, "mount") && umount2 (record->argv[1], MNT_DETACH | UMOUNT_NOFOLLOW) < 0
          && errno != EINVAL && errno != ENOENT)
        warn_and_go_on (m, "unmounting %s", record->argv[1]);
      if (record_is (record, "mounted"))
        umount2 (record->argv[0], MNT_DETACH | UMOUNT_NOFOLLOW);
      /* a fuse server's mount is the last argument of its command line */
      if (record_is (record, "prepare"))
        umount2 (record->argv[record->argc - 1], MNT_DETACH | UMOUNT_NOFOLLOW);
    }
  if (m->plan.netns)
    {
      umount2 (m->plan.netns, MNT_DETACH | UMOUNT_NOFOLLOW);
      unlink (m->plan.netns);
    }
}

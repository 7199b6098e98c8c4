#include "monitor/files/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "monitor/files/beneath.h"
#include "monitor/files/symlink.h"
#include "monitor/processes/children.h"
#include "monitor/processes/spawn.h"

static const char *
or_null (const char *text)
{
  return *text ? text : NULL;
}

/*
 * ARGV is SOURCE TARGET FSTYPE FLAGS DATA CWD. Short relative paths in DATA, from CWD, get the names of
 * many layers into the one page that mount(2) takes.
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

/*
 * ARGV is ROOT PATH TARGET. What is found is mounted by its descriptor.
 */
static int
mount_subpath (struct monitor *m, char *const *argv)
{
  char found[64];
  autoclose int root = open (argv[0], O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0)
    return fail (m, "mount", errno, "%s", argv[0]);
  autoclose int fd = open_beneath (root, argv[1], O_PATH);
  if (fd < 0)
    return fail (m, "mount", errno, "%s in %s", argv[1], argv[0]);
  snprintf (found, sizeof found, "/proc/self/fd/%d", fd);
  if (mount (found, argv[2], NULL, MS_BIND | MS_REC, NULL) < 0)
    return fail (m, "mount", errno, "%s in %s", argv[1], argv[0]);
  return 0;
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
        || record_is (&plan->records[i], "prepare") || record_is (&plan->records[i], "subpath"))
      return true;
  return plan->netns || plan->network;
}

static int
leave_mount_namespace (struct monitor *m)
{
  if (unshare (CLONE_NEWNS) < 0)
    return fail (m, "mount", errno, "making a mount namespace");
  /* mounts that the user makes later still arrive here; ours don't go back */
  return mount (NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0 ? fail (m, "mount", errno, "/") : 0;
}

int
mounts_make (struct monitor *m)
{
  bool prepared = false;
  if (wants_mounts (&m->plan) && leave_mount_namespace (m) < 0)
    return -1;
  for (size_t i = 0; i < m->plan.count; i++)
    {
      const struct record *record = &m->plan.records[i];
      if (record_is (record, "mount") && mount_one (m, record->argv) < 0)
        return -1;
      if (record_is (record, "prepare") && prepare_one (m, record->argv) < 0)
        return -1;
      if (record_is (record, "subpath") && mount_subpath (m, record->argv) < 0)
        return -1;
      if (record_is (record, "symlink"))
        symlink_make (m, record->argv);
      prepared |= record_is (record, "prepare");
    }
  if (prepared)
    children_list (&m->helpers, &m->helper_count);
  return 0;
}

void
mounts_detach (const struct monitor *m, bool warn)
{
  for (size_t i = m->plan.count; i-- > 0;)
    {
      const struct record *record = &m->plan.records[i];
      if (record_is (record, "mount") && umount2 (record->argv[1], MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && warn
          && errno != EINVAL && errno != ENOENT)
        warn_and_go_on (m, "unmounting %s", record->argv[1]);
      if (record_is (record, "subpath"))
        umount2 (record->argv[2], MNT_DETACH | UMOUNT_NOFOLLOW);
      if (record_is (record, "mounted"))
        umount2 (record->argv[0], MNT_DETACH | UMOUNT_NOFOLLOW);
      /* a fuse server's mount is the last argument of its command line */
      if (record_is (record, "prepare"))
        umount2 (record->argv[record->argc - 1], MNT_DETACH | UMOUNT_NOFOLLOW);
    }
  if (m->plan.netns)
    umount2 (m->plan.netns, MNT_DETACH | UMOUNT_NOFOLLOW);
}

void
mounts_undo (const struct monitor *m)
{
  mounts_detach (m, true);
  if (m->plan.netns)
    unlink (m->plan.netns);
}

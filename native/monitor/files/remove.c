#include "monitor/files/remove.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "monitor/facts/events.h"
#include "monitor/facts/name.h"
#include "monitor/files/remove-tree.h"

static void
delete_tree (const struct monitor *m, const char *path)
{
  if (remove_tree (AT_FDCWD, path) < 0)
    warn_and_go_on (m, "deleting %s", path);
}

/* Notes a directory in the trash. Returns whether it will be deleted later. */
static bool
leave_in_trash (struct monitor *m, const char *path)
{
  char **grown = realloc (m->trashed, (m->trashed_count + 1) * sizeof *grown);
  if (!grown)
    return false;
  m->trashed = grown;
  m->trashed[m->trashed_count] = strdup (path);
  return m->trashed[m->trashed_count] && ++m->trashed_count;
}

void
empty_trash (struct monitor *m)
{
  while (m->trashed_count > 0)
    {
      autofree char *path = m->trashed[--m->trashed_count];
      delete_tree (m, path);
    }
}

/* Mount points below a directory that was moved have moved with it: mounts_undo() must find them there. */
static void
follow_mounts (struct monitor *m, const char *from, const char *to)
{
  size_t length = strlen (from);
  for (size_t i = 0; i < m->plan.count; i++)
    for (size_t word = 0; word < (size_t) m->plan.records[i].argc; word++)
      {
        char **path = &m->plan.records[i].argv[word], *moved;
        if (strncmp (*path, from, length) == 0 && (*path)[length] == '/'
            && asprintf (&moved, "%s%s", to, *path + length) >= 0)
          *path = moved;
      }
}

/*
 * The directory is renamed first: other commands see all of it or nothing, and a deletion that is cut short
 * leaves its rest in the trash.
 */
static void
trash_directory (struct monitor *m, const char *path)
{
  char unique[PATH_MAX];
  const char *name = strrchr (path, '/') ? strrchr (path, '/') + 1 : path;
  int size = m->plan.trash
                 ? snprintf (unique, sizeof unique, "%s/trash-%.64s-%d", m->plan.trash, name, (int) getpid ())
                 : -1;
  bool moved = size > 0 && (size_t) size < sizeof unique && rename (path, unique) == 0;
  if (moved)
    follow_mounts (m, path, unique);
  /* it is not on the trash's file system, so it is deleted where it stands */
  if (!moved || !leave_in_trash (m, unique))
    delete_tree (m, moved ? unique : path);
}

/*
 * PATH is VOLUME/refs/ID. rmdir() is the atomic test for the last reference: storage never makes `refs` of a
 * volume anew.
 */
static void
drop_volume_reference (struct monitor *m, const char *path, const char *event)
{
  char parent[PATH_MAX];
  snprintf (parent, sizeof parent, "%s", path);
  for (int levels = 0; levels < 2; levels++)
    {
      char *slash = strrchr (parent, '/');
      if (!slash || slash == parent)
        return;
      *slash = '\0';
      if (levels == 0 && unlink (path) < 0 && errno != ENOENT)
        warn_and_go_on (m, "removing %s", path);
      if (levels == 0 && rmdir (parent) < 0)
        return;
    }
  trash_directory (m, parent);
  event_append_as (m, event);
}

/* Another container may have written its id into it meanwhile; it may be a fifo, too. */
static void
remove_id_file (const struct monitor *m, const char *path)
{
  char text[128] = "";
  autoclose int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0 && read (fd, text, sizeof text - 1) > 0 && strcmp (text, m->plan.id) == 0)
    unlink (path);
}

void
remove_container (struct monitor *m)
{
  for (size_t i = 0; i < m->plan.count; i++)
    {
      const struct record *record = &m->plan.records[i];
      if (record_is (record, "remove-name") && name_remove (m, record->argv[0]) < 0)
        warn_and_go_on (m, "removing the name in %s", record->argv[0]);
      else if (record_is (record, "remove-link") && unlink (record->argv[0]) < 0 && errno != ENOENT)
        warn_and_go_on (m, "removing %s", record->argv[0]);
      else if (record_is (record, "remove-id-file"))
        remove_id_file (m, record->argv[0]);
      else if (record_is (record, "remove-dir"))
        trash_directory (m, record->argv[0]);
      else if (record_is (record, "volume-ref"))
        drop_volume_reference (m, record->argv[0], record->argv[1]);
    }
}

/* The lock goes first: a start waits for the end of the status file, and then finds the lock free. */
static void
leave_store (struct monitor *m)
{
  if (m->store_fd < 0)
    return;
  flock (m->store_fd, LOCK_UN);
  unlinkat (m->store_fd, "status.new", 0);
  unlinkat (m->store_fd, "status", 0);
  close_descriptor (&m->store_fd);
}

void
remove_runtime_files (struct monitor *m)
{
  if (m->plan.netns)
    unlink (m->plan.netns);
  unlinkat (m->dir_fd, "netns", AT_REMOVEDIR);
  if (m->plan.network_api)
    unlink (m->plan.network_api);
  /* status goes last: while it is there the container has a monitor */
  const char *names[] = { "console", "attach", "status.new", "status" };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    unlinkat (m->dir_fd, names[i], 0);
  leave_store (m);
}

bool
remove_is_called_off (const struct monitor *m)
{
  return faccessat (m->dir_fd, "keep", F_OK, 0) == 0;
}

void
remove_runtime_directory (const struct monitor *m)
{
  if (m->plan.remove && remove_tree (AT_FDCWD, m->plan.dir) < 0)
    warn_and_go_on (m, "deleting %s", m->plan.dir);
}

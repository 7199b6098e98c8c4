#include "launcher/map-ids.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "launcher/diagnose.h"
#include "launcher/die.h"
#include "launcher/directory-service.h"
#include "launcher/id-map.h"
#include "launcher/run-program.h"
#include "launcher/subordinate-ids.h"
#include "launcher/text.h"

#define MAX_WORDS (2 + 3 * (MAX_RANGES + 1) + 1)

/* Writes the text with one write(2): the kernel takes a map only as a whole, and once. */
static int
write_file (const char *path, const char *text)
{
  autoclose int fd = open (path, O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  return write (fd, text, strlen (text)) < 0 ? -1 : 0;
}

static int
write_maps (pid_t pid, const char *uid_map, const char *gid_map)
{
  if (write_file (format_text ("/proc/%d/uid_map", (int) pid), uid_map) < 0)
    return -1;
  return write_file (format_text ("/proc/%d/gid_map", (int) pid), gid_map);
}

/*
 * A user without rights may map only their own id, and the groups must stay as they are:
 * user_namespaces(7), setgroups.
 */
static void
map_only_the_caller (pid_t pid)
{
  static const struct ranges none;
  char uid_map[ID_MAP_SIZE], gid_map[ID_MAP_SIZE], reason[512];
  user_id_map (geteuid (), &none, uid_map);
  user_id_map (getegid (), &none, gid_map);
  if (write_file (format_text ("/proc/%d/setgroups", (int) pid), "deny") == 0
      && write_maps (pid, uid_map, gid_map) == 0)
    return;
  diagnose_user_namespaces ("/proc/sys", "mapping the user into its namespace", errno, reason, sizeof reason);
  die ("%s" SEE_DOCTOR, reason);
}

static void
warn_about_single_id (const char *user, const struct ranges *uids)
{
  unsigned long first = first_free_id ("/etc/subuid"), first_gid = first_free_id ("/etc/subgid");
  if (first_gid > first)
    first = first_gid;
  warn_user (
      "no subordinate ids for user \"%s\" in %s: containers have no user but root, and images with files "
      "of others can't be unpacked: "
      "type \"sudo usermod --add-subuids %lu-%lu --add-subgids %lu-%lu %s\"" SEE_DOCTOR,
      user, uids->count == 0 ? "/etc/subuid" : "/etc/subgid", first, first + 65535, first, first + 65535,
      *user ? user : "USER");
}

/* Starts `PROGRAM PID` with the map's numbers as words. */
static struct running
start_map_program (char *program, pid_t pid, const char *map)
{
  char *words[MAX_WORDS] = { program, format_text ("%d", (int) pid) };
  char *text = format_text ("%s", map), *rest = NULL;
  size_t count = 2;
  for (char *word = strtok_r (text, " \n", &rest); word && count < MAX_WORDS - 1;
       word = strtok_r (NULL, " \n", &rest))
    words[count++] = word;
  return start_program (words);
}

static char *
find_map_program (const char *name)
{
  char *path = find_program (name, getenv ("PATH"));
  if (!path)
    die ("%s is not installed: type \"sudo apt-get install uidmap\" "
         "(\"shadow-utils\" or \"shadow\" elsewhere)" SEE_DOCTOR,
         name);
  return path;
}

static void
die_of_map_program (const char *path, const char *output)
{
  struct stat status;
  struct statvfs file_system;
  if (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
    die ("\"%s\" can't do its work: this process may gain no rights (no_new_privs): start tspod "
         "from outside the service or sandbox that sets it",
         path);
  if (stat (path, &status) == 0 && (status.st_mode & S_ISUID) == 0
      && getxattr (path, "security.capability", NULL, 0) < 0)
    die ("\"%s\" has neither the setuid bit nor file capabilities: type \"sudo chmod u+s %s\", or "
         "\"sudo apt-get install --reinstall uidmap\"" SEE_DOCTOR,
         path, path);
  if (statvfs (path, &file_system) == 0 && (file_system.f_flag & ST_NOSUID) != 0)
    die ("\"%s\" is on a file system mounted with nosuid: mount that without nosuid", path);
  /* newuidmap compares the process's group with that in /etc/passwd, and only its text says so */
  if (strstr (output, "owned by a different user"))
    die ("\"%s\" refuses, since this shell's group is not your login group: leave \"newgrp\" or \"sg\" first",
         path);
  die ("mapping subordinate ids: %s" SEE_DOCTOR, *output ? output : path);
}

/* Both run at once, since each takes a millisecond or two. */
static void
run_map_programs (pid_t pid, const char *uid_map, const char *gid_map)
{
  char *newuidmap = find_map_program ("newuidmap"), *newgidmap = find_map_program ("newgidmap");
  char uid_output[512], gid_output[512];
  struct running uid_run = start_map_program (newuidmap, pid, uid_map);
  struct running gid_run = start_map_program (newgidmap, pid, gid_map);
  bool uid_done = finish_program (uid_run, uid_output, sizeof uid_output);
  bool gid_done = finish_program (gid_run, gid_output, sizeof gid_output);
  if (!uid_done)
    die_of_map_program (newuidmap, uid_output);
  if (!gid_done)
    die_of_map_program (newgidmap, gid_output);
}

/* Returns whether it could: a root without CAP_SETUID, as in some containers, may not. */
static bool
map_as_root (pid_t pid, const struct ranges *uids, const struct ranges *gids)
{
  char uid_map[ID_MAP_SIZE], gid_map[ID_MAP_SIZE];
  if (uids->count > 0 && gids->count > 0)
    {
      user_id_map (0, uids, uid_map);
      user_id_map (getegid (), gids, gid_map);
    }
  else if (!identity_id_map ("/proc/self/uid_map", uid_map)
           || !identity_id_map ("/proc/self/gid_map", gid_map))
    return false;
  return write_maps (pid, uid_map, gid_map) == 0;
}

void
map_ids (pid_t pid)
{
  struct ranges uids = { .count = 0 }, gids = { .count = 0 };
  char user[256], uid_map[ID_MAP_SIZE], gid_map[ID_MAP_SIZE];
  uid_t uid = geteuid ();
  /* The files in /etc come first: for most users no program has to be started. */
  if (!find_user_name ("/etc/passwd", uid, user, sizeof user))
    ask_user_name (uid, user, sizeof user);
  read_subordinate_ids ("/etc/subuid", user, uid, uid, &uids);
  /* subgid(5) names users by their name or uid, too */
  read_subordinate_ids ("/etc/subgid", user, uid, getegid (), &gids);
  if (uids.count == 0 || gids.count == 0)
    {
      ask_subordinate_ids (user, false, uid, &uids);
      ask_subordinate_ids (user, true, getegid (), &gids);
    }

  if (uid == 0)
    {
      warn_user ("running as root: a user without rights would be safer; "
                 "containers get a user namespace all the same");
      if (map_as_root (pid, &uids, &gids))
        return;
    }
  if (uids.count == 0 || gids.count == 0)
    {
      warn_about_single_id (user, &uids);
      map_only_the_caller (pid);
      return;
    }
  user_id_map (uid, &uids, uid_map);
  user_id_map (getegid (), &gids, gid_map);
  run_map_programs (pid, uid_map, gid_map);
}

#include "launcher/diagnose.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The number in a sysctl's file; `missing` where the kernel has no such sysctl. */
static long
read_sysctl (const char *root, const char *name, long missing)
{
  char path[512];
  long value = missing;
  snprintf (path, sizeof path, "%s/%s", root, name);
  FILE *file = fopen (path, "re");
  if (!file)
    return missing;
  if (fscanf (file, "%ld", &value) != 1)
    value = missing;
  fclose (file);
  return value;
}

void
diagnose_user_namespaces (const char *sysctl_root, const char *step, int error, char *text, size_t size)
{
  const char *keep = "; to keep it, put the setting into a file in /etc/sysctl.d";
  /*
   * The most certain cause comes first: a limit of 0 stops every user, the others only users without
   * rights.
   */
  if (read_sysctl (sysctl_root, "user/max_user_namespaces", 1) == 0)
    snprintf (text, size,
              "user namespaces are switched off (user.max_user_namespaces is 0): "
              "type \"sudo sysctl -w user.max_user_namespaces=28633\"%s",
              keep);
  else if (error == ENOSPC || error == EUSERS)
    snprintf (text, size,
              "there are too many user namespaces, or too many inside each other "
              "(user.max_user_namespaces is %ld): type \"sudo sysctl -w user.max_user_namespaces=28633\"%s",
              read_sysctl (sysctl_root, "user/max_user_namespaces", 0), keep);
  else if (read_sysctl (sysctl_root, "kernel/unprivileged_userns_clone", 1) == 0)
    snprintf (text, size,
              "user namespaces are switched off for users without rights "
              "(kernel.unprivileged_userns_clone is 0): "
              "type \"sudo sysctl -w kernel.unprivileged_userns_clone=1\"%s",
              keep);
  else if (read_sysctl (sysctl_root, "kernel/apparmor_restrict_unprivileged_userns", 0) == 1
           && (error == EPERM || error == EACCES))
    snprintf (
        text, size,
        "AppArmor keeps programs without a profile from using user namespaces "
        "(kernel.apparmor_restrict_unprivileged_userns is 1): give tspod a profile with \"userns,\", or "
        "type \"sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0\"%s",
        keep);
  else if (error == EINVAL || error == ENOSYS)
    snprintf (text, size, "%s: %s: this kernel has no user namespaces (CONFIG_USER_NS)", step,
              strerror (error));
  else if (error == EPERM || error == EACCES)
    snprintf (text, size,
              "%s: %s: something forbids user namespaces here; inside a container, allow them in its "
              "seccomp profile (or run it privileged), and in a chroot, leave it",
              step, strerror (error));
  else
    snprintf (text, size, "%s: %s", step, strerror (error));
}

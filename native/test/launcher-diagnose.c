#include "launcher/diagnose.h"
#include "test/tap.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[TEMPORARY_SIZE];

struct row
{
  const char *name;
  const char *sysctl, *value; /* NULL: this kernel has none of them */
  int error;
  const char *expected; /* must be in the text */
};

static const struct row rows[] = {
  { "limit of 0", "user/max_user_namespaces", "0", ENOSPC, "sudo sysctl -w user.max_user_namespaces=28633" },
  { "limit reached", "user/max_user_namespaces", "5", ENOSPC, "(user.max_user_namespaces is 5)" },
  { "nested too deep", NULL, NULL, EUSERS, "too many inside each other" },
  { "Debian's switch", "kernel/unprivileged_userns_clone", "0", EPERM,
    "sudo sysctl -w kernel.unprivileged_userns_clone=1" },
  { "Debian's switch is on: not blamed", "kernel/unprivileged_userns_clone", "1", EPERM,
    "something forbids user namespaces" },
  { "AppArmor, EACCES", "kernel/apparmor_restrict_unprivileged_userns", "1", EACCES,
    "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" },
  { "AppArmor, EPERM", "kernel/apparmor_restrict_unprivileged_userns", "1", EPERM,
    "profile with \"userns,\"" },
  { "AppArmor does not answer EINVAL", "kernel/apparmor_restrict_unprivileged_userns", "1", EINVAL,
    "CONFIG_USER_NS" },
  { "AppArmor's switch is off: not blamed", "kernel/apparmor_restrict_unprivileged_userns", "0", EPERM,
    "seccomp profile" },
  { "kernel without user namespaces", NULL, NULL, EINVAL, "this kernel has no user namespaces" },
  { "sysctl with no number in it", "user/max_user_namespaces", "?", EPERM, "seccomp profile" },
  { "anything else", NULL, NULL, ENOMEM, "unshare: Cannot allocate memory" },
};

static void
write_sysctl (const char *name, const char *value)
{
  char path[256];
  snprintf (path, sizeof path, "%s/%s", root, name);
  FILE *file = fopen (path, "w");
  if (!file)
    abort ();
  fprintf (file, "%s\n", value);
  fclose (file);
}

static void
remove_sysctl (const char *name)
{
  char path[256];
  snprintf (path, sizeof path, "%s/%s", root, name);
  unlink (path);
}

int
main (void)
{
  char text[512], path[TEMPORARY_SIZE + 64];
  if (!mkdtemp (temporary_template (root)))
    return 1;
  for (int i = 0; i < 2; i++)
    {
      snprintf (path, sizeof path, "%s/%s", root, i == 0 ? "user" : "kernel");
      mkdir (path, 0700);
    }
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    {
      if (rows[i].sysctl)
        write_sysctl (rows[i].sysctl, rows[i].value);
      diagnose_user_namespaces (root, "unshare", rows[i].error, text, sizeof text);
      ok (strstr (text, rows[i].expected), rows[i].name);
      if (!strstr (text, rows[i].expected))
        printf ("# found: %s\n", text);
      ok (!strchr (text, '\n'), "one line");
      if (rows[i].sysctl)
        remove_sysctl (rows[i].sysctl);
    }
  for (int i = 0; i < 2; i++)
    {
      snprintf (path, sizeof path, "%s/%s", root, i == 0 ? "user" : "kernel");
      rmdir (path);
    }
  rmdir (root);
  return done_testing ();
}

#include "launcher/runtime-directory.h"
#include "test/tap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[TEMPORARY_SIZE];

static const char *
in_root (const char *name)
{
  static char paths[64][TEMPORARY_SIZE + 32];
  static int next;
  char *path = paths[next++ % 64];
  snprintf (path, sizeof paths[0], "%s/%s", root, name);
  return path;
}

static void
test_choice (void)
{
  struct runtime_roots roots = { .xdg = in_root ("xdg"), .run = in_root ("run"), .tmp = in_root ("tmp") };
  char path[PATH_MAX];
  choose_runtime_directory (&roots, getuid (), 7, path);
  is_text (path, in_root ("tmp/tspod-7"), "nothing there: below tmp");
  mkdir (in_root ("run"), 0700);
  mkdir (in_root ("run/7"), 0700);
  choose_runtime_directory (&roots, getuid (), 7, path);
  is_text (path, in_root ("run/7/tspod"), "no XDG_RUNTIME_DIR: /run/user/UID");
  choose_runtime_directory (&roots, getuid () + 1, 7, path);
  is_text (path, in_root ("tmp/tspod-7"), "someone else's /run/user/UID is not taken");
  mkdir (in_root ("xdg"), 0700);
  choose_runtime_directory (&roots, getuid (), 7, path);
  is_text (path, in_root ("xdg/tspod"), "XDG_RUNTIME_DIR comes first");
  choose_runtime_directory (&roots, getuid () + 1, 7, path);
  is_text (path, in_root ("tmp/tspod-7"), "someone else's XDG_RUNTIME_DIR (after su) is not taken");
  roots.xdg = NULL;
  choose_runtime_directory (&roots, getuid (), 7, path);
  is_text (path, in_root ("run/7/tspod"), "XDG_RUNTIME_DIR not set");
  roots.xdg = "relative";
  choose_runtime_directory (&roots, getuid (), 7, path);
  is_text (path, in_root ("run/7/tspod"),
           "a relative XDG_RUNTIME_DIR is not taken: XDG Base Directory Specification");
}

static void
test_checks (void)
{
  char text[PATH_MAX + 256];
  struct stat status;
  ok (ensure_runtime_directory (in_root ("made"), getuid (), text, sizeof text), "made where missing");
  ok (stat (in_root ("made"), &status) == 0 && (status.st_mode & 07777) == 0700, "with mode 0700");
  ok (ensure_runtime_directory (in_root ("made"), getuid (), text, sizeof text), "taken where there");

  chmod (in_root ("made"), 0720);
  ok (!ensure_runtime_directory (in_root ("made"), getuid (), text, sizeof text),
      "not one that the group can write to");
  chmod (in_root ("made"), 0702);
  ok (!ensure_runtime_directory (in_root ("made"), getuid (), text, sizeof text),
      "not one that others can write to");
  ok (strstr (text, "remove it, or set XDG_RUNTIME_DIR"), "and it says what to do");
  chmod (in_root ("made"), 0700);
  ok (!ensure_runtime_directory (in_root ("made"), getuid () + 1, text, sizeof text), "not someone else's");

  if (symlink (in_root ("made"), in_root ("link")) == 0)
    ok (!ensure_runtime_directory (in_root ("link"), getuid (), text, sizeof text),
        "not a symlink to a good one");
  fclose (fopen (in_root ("file"), "w"));
  ok (!ensure_runtime_directory (in_root ("file"), getuid (), text, sizeof text), "not a file");
  ok (!ensure_runtime_directory (in_root ("no/where"), getuid (), text, sizeof text), "no parent directory");
  ok (strstr (text, "No such file or directory: set XDG_RUNTIME_DIR"), "and it says why");
}

int
main (void)
{
  if (!mkdtemp (temporary_template (root)))
    return 1;
  test_choice ();
  test_checks ();
  unlink (in_root ("link"));
  unlink (in_root ("file"));
  rmdir (in_root ("made"));
  rmdir (in_root ("xdg"));
  rmdir (in_root ("run/7"));
  rmdir (in_root ("run"));
  rmdir (root);
  return done_testing ();
}

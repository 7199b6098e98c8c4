/* runtime-directory.h - the user's own directory for what is gone after a reboot */
#ifndef TSPOD_RUNTIME_DIRECTORY_H
#define TSPOD_RUNTIME_DIRECTORY_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct runtime_roots
{
  const char *xdg; /* $XDG_RUNTIME_DIR, or NULL */
  const char *run; /* /run/user */
  const char *tmp; /* /tmp */
};

/*
 * Returns XDG/tspod, RUN/ID/tspod or TMP/tspod-ID: the first whose parent belongs to `owner`, and the last
 * in any case. `owner` is our uid as this user namespace sees it, `id` the user's uid outside.
 */
void choose_runtime_directory (const struct runtime_roots *roots, uid_t owner, unsigned long id,
                               char path[PATH_MAX]);

/*
 * Makes the directory (0700) if it is not there, and checks that it is a directory that no other user can
 * write to. Returns false with what to do in `text`.
 */
bool ensure_runtime_directory (const char *path, uid_t owner, char *text, size_t size);

#endif

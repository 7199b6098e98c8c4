/*
 * functions.h - what the addon offers to JavaScript: tables of functions, one in each file.
 *
 * There is one function per system call (makeFile, readText and ownDirectories are several in one, which save
 * the calls from JavaScript; adler32 is none, and tellMonitor a whole talk), and no policy in any.
 */
#ifndef TSPOD_ADDON_FUNCTIONS_H
#define TSPOD_ADDON_FUNCTIONS_H

#include <node_api.h>

#include "addon/values.h"

/* One argument, by the letter that stands for it in `arguments`. */
union argument
{
  int64_t number;     /* n */
  const char *path;   /* p: also a name, a type, any text without NUL; at most four in one call */
  struct bytes bytes; /* b */
};

/*
 * Most functions take numbers, paths and bytes, and return a number: these have `arguments`, a letter for
 * each, and `run`, which is called when all could be read, and answers as a system call does: -1 and errno,
 * or the result. One that returns something else has a `callback` of its own.
 */
struct function
{
  const char *name, *arguments;
  int64_t (*run) (const union argument *arguments);
  napi_callback callback;
};

/* Each ends with an entry that has no name. */
extern const struct function AT_FUNCTIONS[], CHECKSUM_FUNCTIONS[], COPY_FUNCTIONS[], ENGINE_FUNCTIONS[],
    FILE_FUNCTIONS[], MONITOR_FUNCTIONS[], MOUNT_FUNCTIONS[], PROCESS_FUNCTIONS[], SIGNAL_FUNCTIONS[],
    SPAWN_FUNCTIONS[], SYNC_FUNCTIONS[], XATTR_FUNCTIONS[];

#endif

/*
 * addon.h - what the files of the addon share: reading arguments, returning results.
 *
 * One function per system call (makeFile is five in one, adler32 none), no policy. A call that fails returns
 * the negative errno as a number; src/os/addon.ts makes Node-like errors of that, since it knows the names
 * and paths.
 */
#ifndef TSPOD_ADDON_H
#define TSPOD_ADDON_H

#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include <node_api.h>

#define MAX_ARGUMENTS 8

/*
 * The arguments of one call. `failure` is 0, or the negative errno of the first argument that could not be
 * read.
 */
struct call
{
  napi_env env;
  size_t count;
  napi_value arguments[MAX_ARGUMENTS];
  int failure;
};

struct bytes
{
  const void *data;
  size_t size;
};

struct call call_begin (napi_env env, napi_callback_info info);
int64_t call_number (struct call *call, size_t index);
int call_int (struct call *call, size_t index);

/*
 * A path or name: a string (as UTF-8) or bytes as they are. A NUL inside is EINVAL, too long is ENAMETOOLONG.
 */
const char *call_path (struct call *call, size_t index, char buffer[PATH_MAX]);
struct bytes call_bytes (struct call *call, size_t index);

napi_value number_result (napi_env env, int64_t value);

/* `result` of a system call that answers -1 and errno */
napi_value errno_result (napi_env env, int64_t result);
napi_value bytes_result (napi_env env, const void *data, size_t size);

struct function
{
  const char *name;
  napi_callback callback;
};

void add_functions (napi_env env, napi_value exports, const struct function *functions, size_t count);

void add_mount_functions (napi_env env, napi_value exports);
void add_xattr_functions (napi_env env, napi_value exports);
void add_file_functions (napi_env env, napi_value exports);
void add_at_functions (napi_env env, napi_value exports);
void add_sync_functions (napi_env env, napi_value exports);
void add_process_functions (napi_env env, napi_value exports);
void add_checksum_functions (napi_env env, napi_value exports);
void add_spawn_functions (napi_env env, napi_value exports);
void add_signal_functions (napi_env env, napi_value exports);

/*
 * Before execve(2): what was held comes to the next program, which begins with these signals blocked. `mask`:
 * as it was
 */
void leave_held_signals (sigset_t *mask);

#define ADD_FUNCTIONS(env, exports, table) \
  add_functions (env, exports, table, sizeof (table) / sizeof ((table)[0]))

#endif

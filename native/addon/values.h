/*
 * values.h - the arguments of a call from JavaScript, checked, and what it returns.
 *
 * A call that fails returns the negative errno as a number; src/os/system-error.ts makes Node-like errors of
 * that, since it knows the names and paths.
 */
#ifndef TSPOD_ADDON_VALUES_H
#define TSPOD_ADDON_VALUES_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include <node_api.h>

#define MAX_ARGUMENTS 8

/*
 * The arguments of one call. `failure` is 0, or the negative errno of the first argument that could not be
 * read. `data` is what the function was registered with.
 */
struct call
{
  napi_env env;
  void *data;
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
napi_value bytes_result (napi_env env, const void *data, size_t size);
/* Bytes that are no UTF-8 become U+FFFD, as Node decodes them. */
napi_value text_result (napi_env env, const char *data, size_t size);

/* Makes the answer of a system call that returns -1 and sets errno: RESULT, or the negative errno. */
napi_value errno_result (napi_env env, int64_t result);

#endif

/* register.c - hands the functions of all tables to Node */
#include "addon/functions.h"

#include <errno.h>

#define MAX_PATHS 4

/* Reads the argument that LETTER stands for. A path goes to the next of BUFFERS. */
static union argument
read_argument (struct call *call, char letter, size_t index, char (**buffers)[PATH_MAX])
{
  if (letter == 'p')
    return (union argument) { .path = call_path (call, index, *(*buffers)++) };
  if (letter == 'b')
    return (union argument) { .bytes = call_bytes (call, index) };
  return (union argument) { .number = call_number (call, index) };
}

static napi_value
run_function (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  const struct function *function = call.data;
  char paths[MAX_PATHS][PATH_MAX], (*next)[PATH_MAX] = paths;
  union argument arguments[MAX_ARGUMENTS];
  for (size_t i = 0; function->arguments[i]; i++)
    arguments[i] = read_argument (&call, function->arguments[i], i, &next);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, function->run (arguments));
}

static void
add_functions (napi_env env, napi_value exports, const struct function *functions)
{
  for (const struct function *function = functions; function->name; function++)
    {
      napi_value value;
      napi_callback callback = function->callback ? function->callback : run_function;
      if (napi_create_function (env, function->name, NAPI_AUTO_LENGTH, callback,
                                (void *) (uintptr_t) function, &value)
          == napi_ok)
        napi_set_named_property (env, exports, function->name, value);
    }
}

/*
 * Node finds this by its symbol. A constructor would run once only, but the addon may be loaded again from
 * another chunk of the bundle.
 */
NAPI_MODULE_INIT (/* napi_env env, napi_value exports */)
{
  static const struct function *const TABLES[] = { AT_FUNCTIONS,     CHECKSUM_FUNCTIONS, COPY_FUNCTIONS,
                                                   ENGINE_FUNCTIONS, FILE_FUNCTIONS,     MONITOR_FUNCTIONS,
                                                   MOUNT_FUNCTIONS,  PROCESS_FUNCTIONS,  SIGNAL_FUNCTIONS,
                                                   SPAWN_FUNCTIONS,  SYNC_FUNCTIONS,     XATTR_FUNCTIONS };
  for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++)
    add_functions (env, exports, TABLES[i]);
  return exports;
}

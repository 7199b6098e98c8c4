/* sync.c - the one call that takes long: it runs in Node's thread pool and returns a promise */
#include "addon/functions.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct flush
{
  napi_async_work work;
  napi_deferred deferred;
  int fd;
  int failure;
};

static void
flush_execute (napi_env env, void *data)
{
  struct flush *flush = data;
  (void) env;
  if (syncfs (flush->fd) < 0)
    flush->failure = -errno;
}

static void
flush_complete (napi_env env, napi_status status, void *data)
{
  struct flush *flush = data;
  int failure = status == napi_ok ? flush->failure : -ECANCELED;
  napi_resolve_deferred (env, flush->deferred, number_result (env, failure));
  napi_delete_async_work (env, flush->work);
  free (flush);
}

static napi_value
flush_start (napi_env env, int fd)
{
  struct flush *flush = calloc (1, sizeof *flush);
  napi_value name = NULL;
  napi_value promise = NULL;
  if (!flush)
    return number_result (env, -ENOMEM);
  flush->fd = fd;
  if (napi_create_string_utf8 (env, "syncfs", NAPI_AUTO_LENGTH, &name) == napi_ok
      && napi_create_async_work (env, NULL, name, flush_execute, flush_complete, flush, &flush->work)
             == napi_ok)
    {
      if (napi_create_promise (env, &flush->deferred, &promise) == napi_ok
          && napi_queue_async_work (env, flush->work) == napi_ok)
        return promise;
      napi_delete_async_work (env, flush->work);
    }
  free (flush);
  return number_result (env, -ENOMEM);
}

/* syncfs (fd): a promise of 0 or the negative errno. The descriptor must stay open until it is settled. */
static napi_value
syncfs_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  int fd = call_int (&call, 0);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return flush_start (env, fd);
}

const struct function SYNC_FUNCTIONS[] = {
  { .name = "syncfs", .callback = syncfs_call },
  { 0 },
};

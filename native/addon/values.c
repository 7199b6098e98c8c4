#include "addon/values.h"

#include <errno.h>
#include <string.h>

struct call
call_begin (napi_env env, napi_callback_info info)
{
  struct call call = { .env = env, .count = MAX_ARGUMENTS };
  if (napi_get_cb_info (env, info, &call.count, call.arguments, NULL, &call.data) != napi_ok)
    call.failure = -EINVAL;
  if (call.count > MAX_ARGUMENTS)
    call.count = MAX_ARGUMENTS;
  return call;
}

int64_t
call_number (struct call *call, size_t index)
{
  int64_t value = 0;
  if (index >= call->count || napi_get_value_int64 (call->env, call->arguments[index], &value) != napi_ok)
    call->failure = -EINVAL;
  return value;
}

int
call_int (struct call *call, size_t index)
{
  return (int) call_number (call, index);
}

struct bytes
call_bytes (struct call *call, size_t index)
{
  struct bytes bytes = { "", 0 };
  void *data = NULL;
  bool typed = false;

  if (index >= call->count || napi_is_typedarray (call->env, call->arguments[index], &typed) != napi_ok
      || !typed
      || napi_get_typedarray_info (call->env, call->arguments[index], NULL, &bytes.size, &data, NULL, NULL)
             != napi_ok)
    {
      call->failure = -EINVAL;
      bytes.size = 0;
    }
  else if (data) /* an empty array may have no memory */
    bytes.data = data;
  return bytes;
}

const char *
call_path (struct call *call, size_t index, char buffer[PATH_MAX])
{
  napi_valuetype type = napi_undefined;
  size_t size = 0;
  buffer[0] = '\0';
  if (index >= call->count || napi_typeof (call->env, call->arguments[index], &type) != napi_ok)
    {
      call->failure = -EINVAL;
      return buffer;
    }
  if (type == napi_string)
    {
      /* The length is read first: a text that is cut at the buffer's end could name another file. */
      if (napi_get_value_string_utf8 (call->env, call->arguments[index], NULL, 0, &size) != napi_ok)
        call->failure = -EINVAL;
      else if (size >= PATH_MAX)
        call->failure = -ENAMETOOLONG;
      else
        napi_get_value_string_utf8 (call->env, call->arguments[index], buffer, PATH_MAX, &size);
    }
  else
    {
      struct bytes bytes = call_bytes (call, index);
      size = bytes.size;
      if (size >= PATH_MAX)
        call->failure = -ENAMETOOLONG;
      else
        {
          memcpy (buffer, bytes.data, size);
          buffer[size] = '\0';
        }
    }
  if (call->failure == 0 && strlen (buffer) != size)
    call->failure = -EINVAL;
  return buffer;
}

napi_value
number_result (napi_env env, int64_t value)
{
  napi_value result = NULL;
  napi_create_int64 (env, value, &result);
  return result;
}

napi_value
errno_result (napi_env env, int64_t result)
{
  return number_result (env, result == -1 ? -errno : result);
}

napi_value
bytes_result (napi_env env, const void *data, size_t size)
{
  napi_value result = NULL;
  napi_create_buffer_copy (env, size, data, NULL, &result);
  return result;
}

napi_value
text_result (napi_env env, const char *data, size_t size)
{
  napi_value result = NULL;
  napi_create_string_utf8 (env, data, size, &result);
  return result;
}

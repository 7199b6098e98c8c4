/* file.c - calls on open descriptors */
#include "addon/addon.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* flock (fd, operation) */
static napi_value
flock_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  int fd = call_int (&call, 0);
  int operation = call_int (&call, 1);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, flock (fd, operation));
}

/* setCloexec (fd, 0 or 1) */
static napi_value
set_cloexec_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  int fd = call_int (&call, 0);
  int on = call_int (&call, 1);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, fcntl (fd, F_SETFD, on ? FD_CLOEXEC : 0));
}

/* pipe (): the read and the write end, as two native ints in bytes; close-on-exec */
static napi_value
pipe_call (napi_env env, napi_callback_info info)
{
  int fds[2];
  (void) info;
  if (pipe2 (fds, O_CLOEXEC) < 0)
    return number_result (env, -errno);
  return bytes_result (env, fds, sizeof fds);
}

void
add_file_functions (napi_env env, napi_value exports)
{
  static const struct function functions[] = {
    { "flock", flock_call },
    { "setCloexec", set_cloexec_call },
    { "pipe", pipe_call },
  };
  ADD_FUNCTIONS (env, exports, functions);
}

/* file.c - calls on open descriptors: locks, hints, space */
#include "addon.h"

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

/* fadvise (fd, offset, length, advice): posix_fadvise answers the error itself, not in errno */
static napi_value
fadvise_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  int fd = call_int (&call, 0);
  off_t offset = call_number (&call, 1);
  off_t length = call_number (&call, 2);
  int advice = call_int (&call, 3);

  if (call.failure != 0)
    return number_result (env, call.failure);
  return number_result (env, -posix_fadvise (fd, offset, length, advice));
}

/* fallocate (fd, mode, offset, length) */
static napi_value
fallocate_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  int fd = call_int (&call, 0);
  int mode = call_int (&call, 1);
  off_t offset = call_number (&call, 2);
  off_t length = call_number (&call, 3);

  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, fallocate (fd, mode, offset, length));
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

/* dupAbove (fd, minimum): a copy with close-on-exec, numbered from `minimum` */
static napi_value
dup_above_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  int fd = call_int (&call, 0);
  int minimum = call_int (&call, 1);

  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, fcntl (fd, F_DUPFD_CLOEXEC, minimum));
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
    { "flock", flock_call },          { "fadvise", fadvise_call },   { "fallocate", fallocate_call },
    { "setCloexec", set_cloexec_call }, { "dupAbove", dup_above_call }, { "pipe", pipe_call },
  };

  ADD_FUNCTIONS (env, exports, functions);
}

/* process.c - processes, limits and terminals */
#include "addon/addon.h"

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* waitpid (pid): the raw wait status. Blocks, so it is for children that are known to end at once. */
static napi_value
waitpid_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  int status = 0;
  pid_t pid = call_int (&call, 0);
  if (call.failure != 0)
    return number_result (env, call.failure);
  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      return number_result (env, -errno);
  return number_result (env, status);
}

/* pidfdOpen (pid): a descriptor, close-on-exec by nature */
static napi_value
pidfd_open_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  pid_t pid = call_int (&call, 0);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, syscall (SYS_pidfd_open, pid, 0));
}

/* pidfdSendSignal (fd, signal) */
static napi_value
pidfd_send_signal_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  int fd = call_int (&call, 0);
  int number = call_int (&call, 1);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, syscall (SYS_pidfd_send_signal, fd, number, NULL, 0));
}

/* getrlimit (resource): soft and hard as doubles, -1 for unlimited */
static napi_value
getrlimit_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  struct rlimit limit;
  int resource = call_int (&call, 0);
  if (call.failure != 0)
    return number_result (env, call.failure);
  if (getrlimit ((__rlimit_resource_t) resource, &limit) < 0)
    return number_result (env, -errno);

  double numbers[] = {
    limit.rlim_cur == RLIM_INFINITY ? -1 : (double) limit.rlim_cur,
    limit.rlim_max == RLIM_INFINITY ? -1 : (double) limit.rlim_max,
  };
  return bytes_result (env, numbers, sizeof numbers);
}

/* windowSize (fd): rows * 65536 + columns */
static napi_value
window_size_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  struct winsize size;
  int fd = call_int (&call, 0);
  if (call.failure != 0)
    return number_result (env, call.failure);
  if (ioctl (fd, TIOCGWINSZ, &size) < 0)
    return number_result (env, -errno);
  return number_result (env, ((int64_t) size.ws_row << 16) | size.ws_col);
}

void
add_process_functions (napi_env env, napi_value exports)
{
  static const struct function functions[] = {
    { "waitpid", waitpid_call },
    { "pidfdOpen", pidfd_open_call },
    { "pidfdSendSignal", pidfd_send_signal_call },
    { "getrlimit", getrlimit_call },
    { "windowSize", window_size_call },
  };
  ADD_FUNCTIONS (env, exports, functions);
}

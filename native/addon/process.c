/* process.c - processes, limits and terminals */
#include "addon/functions.h"

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* waitpid (pid): the raw wait status. Blocks, so it is for children that are known to end at once. */
static int64_t
run_waitpid (const union argument *a)
{
  int status = 0;
  while (waitpid ((pid_t) a[0].number, &status, 0) < 0)
    if (errno != EINTR)
      return -1;
  return status;
}

/* pidfdOpen (pid): a descriptor, close-on-exec by nature */
static int64_t
run_pidfd_open (const union argument *a)
{
  return syscall (SYS_pidfd_open, (pid_t) a[0].number, 0);
}

/* pidfdSendSignal (fd, signal) */
static int64_t
run_pidfd_send_signal (const union argument *a)
{
  return syscall (SYS_pidfd_send_signal, (int) a[0].number, (int) a[1].number, NULL, 0);
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
static int64_t
run_window_size (const union argument *a)
{
  struct winsize size;
  return ioctl ((int) a[0].number, TIOCGWINSZ, &size) < 0 ? -1 : (int64_t) size.ws_row << 16 | size.ws_col;
}

const struct function PROCESS_FUNCTIONS[] = {
  { .name = "waitpid", .arguments = "n", .run = run_waitpid },
  { .name = "pidfdOpen", .arguments = "n", .run = run_pidfd_open },
  { .name = "pidfdSendSignal", .arguments = "nn", .run = run_pidfd_send_signal },
  { .name = "getrlimit", .callback = getrlimit_call },
  { .name = "windowSize", .arguments = "n", .run = run_window_size },
  { 0 },
};

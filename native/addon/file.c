/* file.c - calls on open descriptors */
#include "addon/functions.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* flock (fd, operation) */
static int64_t
run_flock (const union argument *a)
{
  return flock ((int) a[0].number, (int) a[1].number);
}

/* setCloexec (fd, 0 or 1) */
static int64_t
run_set_cloexec (const union argument *a)
{
  return fcntl ((int) a[0].number, F_SETFD, a[1].number ? FD_CLOEXEC : 0);
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

const struct function FILE_FUNCTIONS[] = {
  { .name = "flock", .arguments = "nn", .run = run_flock },
  { .name = "setCloexec", .arguments = "nn", .run = run_set_cloexec },
  { .name = "pipe", .callback = pipe_call },
  { 0 },
};

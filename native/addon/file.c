/* file.c - calls on open descriptors */
#include "addon/functions.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
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

/* isHungUp (fd): 1 where nobody reads a pipe or socket any more, or a terminal has gone */
static int64_t
run_is_hung_up (const union argument *a)
{
  struct pollfd file = { .fd = (int) a[0].number };
  int ready = poll (&file, 1, 0);
  return ready < 0 ? -1 : (file.revents & (POLLERR | POLLHUP)) != 0;
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

#define TEXT_START 8192

/* Reads FD to its end into memory that grows; `limit` bytes at the most. NULL and errno where that fails. */
static char *
read_to_end (int fd, size_t expected, size_t limit, size_t *size)
{
  size_t capacity = expected < limit ? expected + 1 : limit;
  char *text = NULL;
  *size = 0;
  if (capacity < TEXT_START)
    capacity = TEXT_START;
  for (;;)
    {
      char *larger = realloc (text, capacity);
      if (!larger)
        break;
      text = larger;
      ssize_t count = read (fd, text + *size, capacity - *size);
      if (count == 0)
        return text;
      if (count < 0 && errno != EINTR)
        break;
      if (count > 0)
        *size += (size_t) count;
      if (*size > limit)
        {
          errno = EFBIG;
          break;
        }
      if (*size == capacity)
        capacity *= 2;
    }
  free (text);
  return NULL;
}

/*
 * readText (path, limit): the content of a regular file as text; 1 where it is no regular file, -EFBIG where
 * it has more than LIMIT bytes. What readFileSync() would do in six calls from JavaScript.
 */
static napi_value
read_text_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  struct stat status;
  size_t size;
  napi_value result;

  call_path (&call, 0, path);
  size_t limit = (size_t) call_number (&call, 1);
  if (call.failure != 0)
    return number_result (env, call.failure);
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return number_result (env, -errno);
  if (fstat (fd, &status) < 0)
    result = number_result (env, -errno);
  else if (!S_ISREG (status.st_mode))
    result = number_result (env, 1);
  else
    {
      char *text = read_to_end (fd, (size_t) status.st_size, limit, &size);
      result = text ? text_result (env, text, size) : number_result (env, -errno);
      free (text);
    }
  close (fd);
  return result;
}

static bool
is_own_directory (int parent, const char *name, uid_t owner, bool optional)
{
  struct stat status;
  if (fstatat (parent, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
    return optional && errno == ENOENT;
  return S_ISDIR (status.st_mode) && status.st_uid == owner;
}

/*
 * ownDirectories (path, names, required): how many of the NUL-terminated NAMES, from the first on, are
 * directories of the effective user beneath PATH, and no symlinks. Those from number REQUIRED on may be
 * missing.
 */
static int64_t
run_own_directories (const union argument *a)
{
  const char *name = a[1].bytes.data, *end = name + a[1].bytes.size;
  int64_t count = 0;
  uid_t owner = geteuid ();
  int parent = open (a[0].path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (parent < 0)
    return -1;
  for (size_t size; name < end && (size = strnlen (name, (size_t) (end - name))) < (size_t) (end - name);
       name += size + 1, count++)
    if (!is_own_directory (parent, name, owner, count >= a[2].number))
      break;
  close (parent);
  return count;
}

const struct function FILE_FUNCTIONS[] = {
  { .name = "flock", .arguments = "nn", .run = run_flock },
  { .name = "setCloexec", .arguments = "nn", .run = run_set_cloexec },
  { .name = "isHungUp", .arguments = "n", .run = run_is_hung_up },
  { .name = "pipe", .callback = pipe_call },
  { .name = "readText", .callback = read_text_call },
  { .name = "ownDirectories", .arguments = "pbn", .run = run_own_directories },
  { 0 },
};

/* mount.c - mount(2), umount2(2), and the mount flags of statfs(2) */
#include "addon.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>

/* mount (source, target, type, flags, data): the empty text stands for NULL */
static napi_value
mount_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char source[PATH_MAX], target[PATH_MAX], type[PATH_MAX], data[PATH_MAX];

  call_path (&call, 0, source);
  call_path (&call, 1, target);
  call_path (&call, 2, type);
  unsigned long flags = (unsigned long) call_number (&call, 3);
  call_path (&call, 4, data);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, mount (*source ? source : NULL, target, *type ? type : NULL, flags, *data ? data : NULL));
}

/* umount (target, flags) */
static napi_value
umount_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char target[PATH_MAX];

  call_path (&call, 0, target);
  int flags = call_int (&call, 1);
  if (call.failure != 0)
    return number_result (env, call.failure);
  return errno_result (env, umount2 (target, flags));
}

/* mountFlags (path): the ST_ flags of the mount that path lies on */
static napi_value
mount_flags_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  struct statfs status;

  call_path (&call, 0, path);
  if (call.failure != 0)
    return number_result (env, call.failure);
  if (statfs (path, &status) < 0)
    return number_result (env, -errno);
  return number_result (env, status.f_flags);
}

void
add_mount_functions (napi_env env, napi_value exports)
{
  static const struct function functions[] = {
    { "mount", mount_call },
    { "umount", umount_call },
    { "mountFlags", mount_flags_call },
  };

  ADD_FUNCTIONS (env, exports, functions);
}

/* monitor.c - a word to the monitor of a container: in this process, since to start another one costs 2 ms */
#include "addon/functions.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "attach-protocol.h"
#include "common/descriptor.h"
#include "common/unix-socket.h"

/* A change takes milliseconds; the holder of the networks is waited for at most some seconds. */
#define SILENCE_SECONDS 30

/*
 * Other packets are the container's output, which is not for this client. A monitor that is stopped, or
 * hangs, says nothing at all.
 */
static napi_value
await_answer (napi_env env, int fd)
{
  static char packet[1 + ATTACH_PAYLOAD_MAX];
  const struct timeval silence = { .tv_sec = SILENCE_SECONDS };
  if (setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence) < 0)
    return number_result (env, -errno);
  for (;;)
    {
      ssize_t n = recv (fd, packet, sizeof packet, 0);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return number_result (env, -errno);
      if (n == 0 || packet[0] == MSG_EXIT)
        return number_result (env, -ECONNRESET);
      if (packet[0] == MSG_CHANGE)
        return text_result (env, packet + 1, (size_t) n - 1);
    }
}

/*
 * tellMonitor (runtime directory, byte): sends MSG_CHANGE with the byte, and waits for the answer, a text:
 * nothing where it is done, otherwise why it can't be. Where there is no monitor, or
 * none that answers, a negative errno.
 */
static napi_value
tell_monitor_call (napi_env env, napi_callback_info info)
{
  struct call call = call_begin (env, info);
  char path[PATH_MAX];
  call_path (&call, 0, path);
  const char packet[] = { MSG_CHANGE, (char) call_int (&call, 1) };
  if (call.failure != 0)
    return number_result (env, call.failure);
  autoclose int directory = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  autoclose int fd = directory < 0 ? -1 : connect_at (directory, "attach", SOCK_SEQPACKET);
  if (fd < 0 || send (fd, packet, sizeof packet, MSG_NOSIGNAL) < 0)
    return number_result (env, -errno);
  return await_answer (env, fd);
}

const struct function MONITOR_FUNCTIONS[] = {
  { .name = "tellMonitor", .callback = tell_monitor_call },
  { 0 },
};

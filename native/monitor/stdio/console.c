#include "monitor/stdio/console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "common/descriptor.h"

static int
receive_fd (int socket)
{
  char byte[4096];
  union
  {
    struct cmsghdr header;
    char room[CMSG_SPACE (sizeof (int))];
  } control;
  struct iovec data = { .iov_base = byte, .iov_len = sizeof byte };
  struct msghdr message = {
    .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  int fd;
  if (recvmsg (socket, &message, MSG_CMSG_CLOEXEC) < 0)
    return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
    {
      errno = EPROTO;
      return -1;
    }
  memcpy (&fd, CMSG_DATA (header), sizeof fd);
  return fd;
}

static void
set_up_terminal (struct monitor *m)
{
  struct termios modes;
  int master = m->streams.out.fd;
  if (tcgetattr (master, &modes) == 0)
    {
      modes.c_oflag |= ONLCR;
      tcsetattr (master, TCSANOW, &modes);
    }
  unsigned rows = (unsigned) strtoul (m->plan.terminal[0], NULL, 10),
           columns = (unsigned) strtoul (m->plan.terminal[1], NULL, 10);
  if (rows || columns)
    console_set_window (m, rows, columns, false);
}

int
console_take (struct monitor *m)
{
  struct streams *s = &m->streams;
  autoclose int connection = accept4 (s->console_fd, NULL, NULL, SOCK_CLOEXEC);
  if (connection < 0)
    return errno == EAGAIN ? 0 : fail (m, "stdio", errno, "console socket");
  autoclose int master = receive_fd (connection);
  if (master < 0 || fcntl (master, F_SETFL, O_NONBLOCK | O_RDWR) < 0)
    return fail (m, "stdio", errno, "console socket");
  s->in = fcntl (master, F_DUPFD_CLOEXEC, 3);
  s->out.fd = take_fd (&master);
  close_descriptor (&s->console_fd);
  unlinkat (m->dir_fd, "console", 0);
  set_up_terminal (m);
  return 0;
}

void
console_set_window (const struct monitor *m, unsigned rows, unsigned columns, bool redraw)
{
  struct winsize size = { .ws_row = (unsigned short) rows, .ws_col = (unsigned short) columns }, now;
  int master = m->streams.out.fd;
  if (!m->plan.terminal || master < 0)
    return;
  /*
   * the kernel signals only a change of size, but a full-screen program must draw itself for a terminal
   * that it has not seen yet
   */
  if (redraw && rows > 1 && ioctl (master, TIOCGWINSZ, &now) == 0 && now.ws_row == rows
      && now.ws_col == columns)
    {
      now.ws_row--;
      ioctl (master, TIOCSWINSZ, &now);
    }
  ioctl (master, TIOCSWINSZ, &size);
}

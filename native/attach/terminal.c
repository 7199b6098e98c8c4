#include "attach/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

/* Remembers how the terminal at FD was, and changes it. */
static void
change (struct terminal *terminal, int fd, void (*edit) (struct termios *))
{
  struct termios modes;
  if (terminal->changed || tcgetattr (fd, &modes) < 0)
    return;
  terminal->before = modes;
  terminal->fd = fd;
  edit (&modes);
  terminal->changed = tcsetattr (fd, TCSADRAIN, &modes) == 0;
}

void
terminal_make_raw (struct terminal *terminal)
{
  change (terminal, STDIN_FILENO, cfmakeraw);
}

static void
leave_output (struct termios *modes)
{
  modes->c_oflag &= ~(tcflag_t) OPOST;
}

void
terminal_leave_output (struct terminal *terminal)
{
  int fd = isatty (STDOUT_FILENO) ? STDOUT_FILENO : STDERR_FILENO;
  /* in the background it would be stopped for that */
  if (tcgetpgrp (fd) == getpgrp ())
    change (terminal, fd, leave_output);
}

void
terminal_restore (struct terminal *terminal)
{
  if (terminal->changed)
    tcsetattr (terminal->fd, TCSADRAIN, &terminal->before);
  terminal->changed = false;
}

bool
terminal_size (unsigned short *rows, unsigned short *columns)
{
  struct winsize size;
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (ioctl (fd, TIOCGWINSZ, &size) == 0)
      {
        *rows = size.ws_row;
        *columns = size.ws_col;
        return true;
      }
  return false;
}

#include "attach/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

void
terminal_make_raw (struct terminal *terminal)
{
  struct termios modes;
  if (terminal->raw || tcgetattr (STDIN_FILENO, &modes) < 0)
    return;
  terminal->before = modes;
  cfmakeraw (&modes);
  terminal->raw = tcsetattr (STDIN_FILENO, TCSADRAIN, &modes) == 0;
}

void
terminal_restore (struct terminal *terminal)
{
  if (terminal->raw)
    tcsetattr (STDIN_FILENO, TCSADRAIN, &terminal->before);
  terminal->raw = false;
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

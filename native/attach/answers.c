#include "attach/answers.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

const char *
answers_next (struct answers *answers)
{
  char *start = answers->text + answers->taken;
  char *end;
  while (!(end = memchr (start, '\n', answers->size - answers->taken)))
    {
      ssize_t n = read (answers->fd, answers->text + answers->size, sizeof answers->text - 1 - answers->size);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return "";
      answers->size += (unsigned) n;
    }
  *end = '\0';
  answers->taken = (unsigned) (end + 1 - answers->text);
  return start;
}

/* What a runtime or a hook that failed has said. */
#include <string.h>

#include "fuzz/target.h"
#include "monitor/log/output-text.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  char text[128];
  int fd = file_with (data, size);
  first_line (fd, text, sizeof text);
  if (strpbrk (text, "\r\n"))
    abort ();
  lseek (fd, 0, SEEK_SET);
  last_line (fd, text, sizeof text);
  if (strchr (text, '\n'))
    abort ();
  close (fd);
  return 0;
}

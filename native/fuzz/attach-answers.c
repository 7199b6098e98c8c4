/* What a monitor answers about a start, and whatever else comes there. */
#include <string.h>

#include "attach/answers.h"
#include "fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct answers answers = { .fd = file_with (data, size) };
  for (const char *line; *(line = answers_next (&answers));)
    if (strchr (line, '\n'))
      abort ();
  close (answers.fd);
  return 0;
}

/* What is typed: all of it passes, but for the detach sequence. */
#include <string.h>

#include "attach/detach-keys.h"
#include "fuzz/target.h"

#define KEYS_MAX 8

/* The first byte says how long the sequence and the reads are, then comes the sequence. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 1 + KEYS_MAX)
    return 0;
  struct detach_keys keys = { .keys = data + 1, .size = data[0] % KEYS_MAX };
  size_t piece = 1 + data[0] / KEYS_MAX, passed = 0;
  data += 1 + KEYS_MAX;
  size -= 1 + KEYS_MAX;
  for (size_t at = 0; at < size; at += piece)
    {
      size_t length = piece < size - at ? piece : size - at, count;
      uint8_t *out = malloc (length + keys.size + 1);
      if (!out)
        abort ();
      bool detached = detach_keys_filter (&keys, data + at, length, out, &count);
      free (out);
      if (detached)
        return 0;
      passed += count;
      if (passed + keys.matched != at + length)
        abort ();
    }
  return 0;
}

#include "attach/detach-keys.h"

#include <string.h>

/*
 * Takes a byte that breaks the match: the bytes that were held back are passed on, but for the longest
 * ending of them that is a beginning of the sequence again.
 */
static size_t
fall_back (struct detach_keys *keys, unsigned char byte, unsigned char *output)
{
  size_t held = keys->matched, out = 0;
  for (size_t skip = 1; skip <= held; skip++)
    {
      size_t rest = held - skip;
      output[out++] = keys->keys[skip - 1];
      if (memcmp (keys->keys, keys->keys + skip, rest) == 0 && keys->keys[rest] == byte)
        {
          keys->matched = rest + 1;
          return out;
        }
    }
  keys->matched = 0;
  output[out++] = byte;
  return out;
}

bool
detach_keys_filter (struct detach_keys *keys, const unsigned char *input, size_t size, unsigned char *output,
                    size_t *output_size)
{
  *output_size = 0;
  for (size_t i = 0; i < size; i++)
    {
      if (keys->size > 0 && input[i] == keys->keys[keys->matched])
        keys->matched++;
      else
        *output_size += fall_back (keys, input[i], output + *output_size);
      if (keys->size > 0 && keys->matched == keys->size)
        return true;
    }
  return false;
}

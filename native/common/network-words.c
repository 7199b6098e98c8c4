#include "common/network-words.h"

#include <string.h>

const char *
network_word (const char *word, const char *key)
{
  size_t length = strlen (key);
  return strncmp (word, key, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

const char *
network_value (char *const *words, const char *key)
{
  for (; *words; words++)
    if (network_word (*words, key))
      return network_word (*words, key);
  return NULL;
}

bool
network_flag (char *const *words, const char *key)
{
  const char *value = network_value (words, key);
  return value && strcmp (value, "1") == 0;
}

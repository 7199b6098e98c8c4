/* detach-keys.h - finds the detach sequence in what is typed, and holds back what may be its beginning. */
#ifndef TSPOD_DETACH_KEYS_H
#define TSPOD_DETACH_KEYS_H

#include <stdbool.h>
#include <stddef.h>

struct detach_keys
{
  const unsigned char *keys;
  size_t size;    /* 0: nothing is held back */
  size_t matched; /* how many of them were typed, and are held back */
};

/*
 * Copies INPUT to OUTPUT, but for what is, or may become, the sequence; a match that breaks off is passed
 * on. OUTPUT needs room for SIZE + keys->size bytes. Returns whether the whole sequence came; what is typed
 * after it is dropped.
 */
bool detach_keys_filter (struct detach_keys *keys, const unsigned char *input, size_t size,
                         unsigned char *output, size_t *output_size);

#endif

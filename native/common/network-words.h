/*
 * network-words.h - one network of a container, as the plan's `bridge` and the holder's packets have it:
 * KEY=VALUE.
 */
#ifndef TSPOD_NETWORK_WORDS_H
#define TSPOD_NETWORK_WORDS_H

#include <stdbool.h>

/* What follows "KEY=" in WORD; NULL where WORD has another key. */
const char *network_word (const char *word, const char *key);

/* The value of the first word of that key in WORDS, which end with NULL; NULL where there is none. */
const char *network_value (char *const *words, const char *key);

/* Whether the word KEY=1 is there. */
bool network_flag (char *const *words, const char *key);

#endif

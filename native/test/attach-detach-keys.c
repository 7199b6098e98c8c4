#include "attach/detach-keys.h"
#include "test/tap.h"

#include <string.h>

struct row
{
  const char *name, *keys;
  const char *reads[4]; /* ends with NULL */
  const char *expected; /* what is passed on */
  bool detached;
};

static const struct row rows[] = {
  { "nothing typed of it", "\x10\x11", { "hello" }, "hello", false },
  { "the sequence", "\x10\x11", { "a\x10\x11" }, "a", true },
  { "across reads", "\x10\x11", { "a\x10", "\x11" }, "a", true },
  { "what follows is dropped", "\x10\x11", { "\x10\x11rest" }, "", true },
  { "its beginning is held back", "\x10\x11", { "a\x10" }, "a", false },
  { "a broken match is passed on",
    "\x10\x11",
    { "\x10", "b" },
    "\x10"
    "b",
    false },
  { "a match that breaks into another", "\x10\x11", { "\x10\x10\x11" }, "\x10", true },
  { "overlap inside the sequence", "aab", { "aaab" }, "a", true },
  { "longer overlap", "abac", { "ababac" }, "ab", true },
  { "longer overlap, broken twice", "abac", { "abab", "x" }, "ababx", false },
  { "one key", "x", { "abx" }, "ab", true },
  { "no keys: all is passed on", "", { "\x10\x11" }, "\x10\x11", false },
};

static void
check (const struct row *row)
{
  struct detach_keys keys = { .keys = (const unsigned char *) row->keys, .size = strlen (row->keys) };
  unsigned char output[64];
  char passed[128] = "";
  bool detached = false;
  for (const char *const *read = row->reads; *read && !detached; read++)
    {
      size_t size;
      detached = detach_keys_filter (&keys, (const unsigned char *) *read, strlen (*read), output, &size);
      strncat (passed, (const char *) output, size);
    }
  is_text (passed, row->expected, row->name);
  ok (detached == row->detached, row->name);
}

int
main (void)
{
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    check (&rows[i]);
  return done_testing ();
}

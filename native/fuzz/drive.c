/*
 * Gives a target inputs without libFuzzer, for so many milliseconds (TSPOD_FUZZ_MS): its seeds, the files
 * of seeds/ whose names begin with its own, with a few changes each. TSPOD_FUZZ_SEED repeats a run. Prints
 * TAP; where a sanitizer's report or abort(3) ends the program, it prints the input.
 */
#include <glob.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "fuzz/target.h"

#define INPUT_MAX 4096
#define SEEDS_MAX 32
#define USUAL_MS 200

struct bytes
{
  size_t size;
  uint8_t bytes[INPUT_MAX];
};

static struct bytes seeds[SEEDS_MAX], input;
static size_t seed_count;
static uint64_t state;

/* What readers trip over: ends of ranges, marks of formats. */
static const char *const TOKENS[] = { "\xff\xff", "\x80",    "-1", "99999999999999999999",
                                      "=",        "\n",      " ",  "%s",
                                      "/",        "..",      "{}", ":",
                                      "#",        "\xc0\x0c" };

/* xorshift64*: https://www.jstatsoft.org/article/view/v008i14 */
static size_t
below (size_t count)
{
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (size_t) (state * 2685821657736338717u >> 32) % count;
}

static void
put (size_t at, const void *bytes, size_t size)
{
  if (size > INPUT_MAX - input.size)
    size = INPUT_MAX - input.size;
  memmove (input.bytes + at + size, input.bytes + at, input.size - at);
  memcpy (input.bytes + at, bytes, size);
  input.size += size;
}

static void
drop (size_t at, size_t size)
{
  size = size < input.size - at ? size : input.size - at;
  memmove (input.bytes + at, input.bytes + at + size, input.size - at - size);
  input.size -= size;
}

static void
change (void)
{
  size_t at = below (input.size + 1), kind = below (6);
  uint8_t copy[64] = { (uint8_t) below (256) };
  if (kind == 0 && at < input.size)
    input.bytes[at] = copy[0];
  else if (kind == 1)
    drop (at, 1 + below (16));
  else if (kind == 2)
    {
      const char *token = TOKENS[below (sizeof TOKENS / sizeof *TOKENS)];
      put (at, token, strlen (token));
    }
  else if (kind == 3)
    put (at, copy, 1);
  else if (kind == 4 && at < input.size)
    input.bytes[at] ^= (uint8_t) (1 << below (8));
  else
    {
      size_t from = below (input.size + 1), size = below (sizeof copy);
      size = size < input.size - from ? size : input.size - from;
      memcpy (copy, input.bytes + from, size);
      put (at, copy, size);
    }
}

static void
read_seeds (const char *name)
{
  char pattern[128];
  glob_t found = { 0 };
  snprintf (pattern, sizeof pattern, "fuzz/seeds/%s.*", name);
  if (glob (pattern, 0, NULL, &found) == 0)
    for (size_t i = 0; i < found.gl_pathc && seed_count < SEEDS_MAX; i++)
      {
        FILE *file = fopen (found.gl_pathv[i], "re");
        struct bytes *seed = &seeds[seed_count];
        if (!file)
          continue;
        seed->size = fread (seed->bytes, 1, INPUT_MAX, file);
        seed_count++;
        fclose (file);
      }
  globfree (&found);
}

static void
print_input (void)
{
  fprintf (stderr, "input:");
  for (size_t i = 0; i < input.size; i++)
    fprintf (stderr, " %02x", input.bytes[i]);
  fputc ('\n', stderr);
}

static void
aborted (int number)
{
  print_input ();
  signal (number, SIG_DFL);
  raise (number);
}

/* Of the sanitizers' library: sanitizer/common_interface_defs.h */
void __sanitizer_set_death_callback (void (*callback) (void));

static unsigned long
number_of (const char *name, unsigned long otherwise)
{
  const char *text = getenv (name);
  return text ? strtoul (text, NULL, 10) : otherwise;
}

int
main (int argc, char **argv)
{
  const char *slash = argc > 0 ? strrchr (argv[0], '/') : NULL, *name = slash ? slash + 1 : "";
  unsigned long seed = number_of ("TSPOD_FUZZ_SEED", (unsigned long) time (NULL)), count = 0;
  int64_t end = clock_monotonic_ms () + (int64_t) number_of ("TSPOD_FUZZ_MS", USUAL_MS);
  __sanitizer_set_death_callback (print_input);
  signal (SIGABRT, aborted);
  read_seeds (name);
  state = seed * 2 + 1;
  for (; seed_count > 0 && clock_monotonic_ms () < end; count++)
    {
      input = seeds[below (seed_count)];
      for (size_t changes = count < seed_count ? 0 : 1 + below (4); changes > 0; changes--)
        change ();
      LLVMFuzzerTestOneInput (input.bytes, input.size);
    }
  printf ("%sok 1 - %s: %lu inputs, TSPOD_FUZZ_SEED=%lu\n1..1\n", count > 0 ? "" : "not ", name, count, seed);
  return count > 0 ? 0 : 1;
}

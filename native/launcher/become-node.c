#include "launcher/become-node.h"

#include <stdlib.h>
#include <unistd.h>

#include "launcher/die.h"
#include "launcher/text.h"

/*
 * What Node is called with. Each is measured: docs/architecture.md, "Where the milliseconds go". Those that
 * change how V8 compiles stand in src/os/engine/built-in-module.ts, too.
 */
static const char *const OPTIONS[] = {
  /* process.execve() would print that it is experimental. */
  "--no-warnings",
  /*
   * Without this, V8 computes the hashes of all its own strings anew with a seed of this process: 2 of the 22
   * ms that Node takes to start. A new seed protects a server against senders of colliding keys; here such a
   * sender would only slow down the one call that asked it.
   */
  "--no-rehash-snapshot",
  /* Megabytes for young objects: with the default a garbage collection falls into the middle of a `run`. */
  "--min-semi-space-size=4",
  /* SIGUSR1 ends tspod as it ends any program, and doesn't open a debugger's port. */
  "--disable-sigusr1",
  /* One thread beside the main one instead of four: each call would make them anew. */
  "--v8-pool-size=1",
  /*
   * Higher than V8's own counts: a program of 40 ms gains nothing by optimised code, and making that took 5 %
   * of its processor time.
   */
  "--invocation-count-for-maglev=2000",
  "--baseline-batch-compilation-threshold=16384",
  /*
   * Never: the parser of HTTP that undici has as WebAssembly was compiled anew while a push of 90 ms ran, for
   * 10 ms of its processor time.
   */
  "--wasm-tiering-budget=2147483647",
  /* Without it Node takes some of the command's flags for its own, such as --env-file. */
  "--",
};

#define OPTION_COUNT (sizeof OPTIONS / sizeof *OPTIONS)

void
become_node (int argc, char **argv, const char *library, const struct environment *environment)
{
  char *node = format_text ("%s/node", library);
  char **words = calloc (OPTION_COUNT + (size_t) argc + 3, sizeof *words);
  size_t count = 0;
  if (!words)
    die ("out of memory");
  words[count++] = node;
  for (size_t i = 0; i < OPTION_COUNT; i++)
    words[count++] = format_text ("%s", OPTIONS[i]);
  words[count++] = format_text ("%s/main.cjs", library);
  for (int i = 1; i < argc; i++)
    words[count++] = argv[i];
  execve (node, words, environment->entries);
  die_not_executed (node);
}

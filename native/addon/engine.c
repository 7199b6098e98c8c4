/* engine.c - V8's own settings */
#include "addon/functions.h"

#include <errno.h>

/*
 * v8::V8::SetFlagsFromString (const char *), which Node exports as it does Node-API. (Versions of
 * clang-format disagree about the space behind __asm__.)
 */
/* clang-format off */
extern void set_v8_flags (const char *flags) __asm__("_ZN2v82V818SetFlagsFromStringEPKc")
    __attribute__ ((weak));
/* clang-format on */

/* setEngineFlags (flags): as on Node's command line; ENOSYS: the engine is another one */
static int64_t
run_set_engine_flags (const union argument *a)
{
  if (!set_v8_flags)
    {
      errno = ENOSYS;
      return -1;
    }
  set_v8_flags (a[0].path);
  return 0;
}

const struct function ENGINE_FUNCTIONS[] = {
  { .name = "setEngineFlags", .arguments = "p", .run = run_set_engine_flags },
  { 0 },
};

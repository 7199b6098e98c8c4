#include "launcher/ignored-signals.h"

#include <signal.h>
#include <stdbool.h>

#include "launcher/text.h"
#include "protocol.h"

void
note_ignored_signals (struct environment *environment)
{
  static const int endings[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
  char *ignored = format_text (ENV_IGNORED_SIGNALS "=");
  bool any = false;
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
    {
      struct sigaction action;
      if (sigaction (endings[i], NULL, &action) < 0 || action.sa_handler != SIG_IGN)
        continue;
      ignored = format_text ("%s%d ", ignored, endings[i]);
      any = true;
    }
  if (any)
    add_to_environment (environment, ignored);
}

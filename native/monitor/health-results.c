#include "monitor/health-results.h"

#include <stdio.h>
#include <string.h>

#include "common/descriptor.h"
#include "monitor/clock.h"
#include "monitor/health-plan.h"
#include "monitor/status.h"

const char *
health_status (const struct monitor *m)
{
  static const char *const NAMES[] = {
    [HEALTH_STARTING] = "starting", [HEALTH_GOOD] = "healthy", [HEALTH_BAD] = "unhealthy"
  };
  return NAMES[m->health.state];
}

static void
write_result (FILE *file, const struct health_result *result)
{
  fprintf (file, "log %lld.%09ld %lld.%09ld %d %zu\n", (long long) result->begun.tv_sec,
           result->begun.tv_nsec, (long long) result->ended.tv_sec, result->ended.tv_nsec, result->code,
           result->size);
  fwrite (result->output, 1, result->size, file);
  fputc ('\n', file);
}

void
health_write_results (const struct monitor *m)
{
  autofree char *text = NULL;
  size_t size = 0;
  const struct health *health = &m->health;
  const char *path = m->plan.health[CHECK_RESULTS];
  FILE *file = open_memstream (&text, &size);
  if (!file)
    return;
  fprintf (file, "status %s\nstreak %u\n", health_status (m), health->streak);
  for (size_t i = 0; i < health->count; i++)
    write_result (file, &health->results[i]);
  if (fclose (file) != 0 || status_write_file (path, text, size) < 0)
    warn_and_go_on (m, "writing %s", path);
}

void
health_keep_result (struct health *health, int code)
{
  if (health->count == HEALTH_RESULTS)
    memmove (health->results, health->results + 1, --health->count * sizeof *health->results);
  struct health_result *result = &health->results[health->count++];
  while (health->used > 0 && health->output[health->used - 1] == '\n')
    health->used--;
  *result = (struct health_result) {
    .begun = health->begun, .ended = clock_now (), .code = code, .size = health->used
  };
  memcpy (result->output, health->output, health->used);
}

#include "monitor/facts/health-results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/descriptor.h"
#include "monitor/facts/status.h"
#include "monitor/log/json-text.h"
#include "monitor/state/health-plan.h"

/* As much is kept where the user sets no limit: a check that prints for ever shall not fill the memory. */
#define OUTPUT_MAX (1u << 20)

const char *
health_status (const struct monitor *m)
{
  static const char *const NAMES[] = { [HEALTH_STARTING] = "starting",
                                       [HEALTH_GOOD] = "healthy",
                                       [HEALTH_BAD] = "unhealthy",
                                       [HEALTH_STOPPED] = "stopped" };
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

static void
write_file (const struct monitor *m, const char *path, char **text, size_t *size, FILE *file)
{
  if (fclose (file) != 0 || status_write_file (path, *text, *size) < 0)
    warn_and_go_on (m, "writing %s", path);
}

static void
write_json_text (FILE *file, const char *text, size_t size)
{
  struct json_piece piece;
  for (size_t done = 0; done < size;)
    {
      done += json_piece (&piece, text + done, size - done);
      fwrite (piece.text, 1, piece.size, file);
    }
}

static void
write_json_result (FILE *file, const struct health_result *result)
{
  char begun[TIMESTAMP_SIZE], ended[TIMESTAMP_SIZE];
  clock_format (begun, result->begun);
  clock_format (ended, result->ended);
  fprintf (file, "{\"Start\":\"%s\",\"End\":\"%s\",\"ExitCode\":%d,\"Output\":\"", begun, ended,
           result->code);
  write_json_text (file, result->output, result->size);
  fputs ("\"}", file);
}

/* What the user has asked for, in podman's form. */
static void
write_log (const struct monitor *m, const char *path)
{
  autofree char *text = NULL;
  size_t size = 0;
  const struct health *health = &m->health;
  FILE *file = *path ? open_memstream (&text, &size) : NULL;
  if (!file)
    return;
  fprintf (file, "{\"Status\":\"%s\",\"FailingStreak\":%u,\"Log\":[", health_status (m), health->streak);
  for (size_t i = 0; i < health->count; i++)
    {
      if (i)
        fputc (',', file);
      write_json_result (file, &health->results[i]);
    }
  fputs ("]}", file);
  write_file (m, path, &text, &size, file);
}

void
health_write_results (const struct monitor *m)
{
  autofree char *text = NULL;
  size_t size = 0;
  const struct health *health = &m->health;
  FILE *file = open_memstream (&text, &size);
  if (!file)
    return;
  fprintf (file, "status %s\nstreak %u\n", health_status (m), health->streak);
  for (size_t i = 0; i < health->count; i++)
    write_result (file, &health->results[i]);
  write_file (m, m->plan.health[CHECK_RESULTS], &text, &size, file);
  write_log (m, m->plan.health[CHECK_LOG]);
}

size_t
health_output_room (const struct monitor *m)
{
  int64_t most = health_number (m->plan.health, CHECK_SIZE);
  return most > 0 && most < OUTPUT_MAX ? (size_t) most : OUTPUT_MAX;
}

static void
forget_oldest (struct health *health, size_t most)
{
  size_t gone = most && health->count > most ? health->count - most : 0;
  for (size_t i = 0; i < gone; i++)
    free (health->results[i].output);
  health->count -= gone;
  if (gone)
    memmove (health->results, health->results + gone, health->count * sizeof *health->results);
}

void
health_keep_result (struct monitor *m, int code)
{
  struct health *health = &m->health;
  struct check *check = &health->check;
  char *output = check->output;
  struct health_result *grown = realloc (health->results, (health->count + 1) * sizeof *grown);
  check->output = NULL;
  if (!grown)
    {
      free (output);
      return;
    }
  health->results = grown;
  while (check->used > 0 && output[check->used - 1] == '\n')
    check->used--;
  char *fitting = output ? realloc (output, check->used + 1) : NULL;
  grown[health->count++] = (struct health_result) { .begun = check->begun,
                                                    .ended = clock_now (),
                                                    .code = code,
                                                    .size = check->used,
                                                    .output = fitting ? fitting : output };
  forget_oldest (health, (size_t) health_number (m->plan.health, CHECK_COUNT));
}

char *
health_last_result (const struct monitor *m)
{
  autofree char *object = NULL;
  char *text = NULL;
  size_t object_size = 0, size = 0;
  const struct health *health = &m->health;
  FILE *file = health->count ? open_memstream (&object, &object_size) : NULL;
  if (!file)
    return NULL;
  write_json_result (file, &health->results[health->count - 1]);
  if (fclose (file) != 0 || !(file = open_memstream (&text, &size)))
    return NULL;
  write_json_text (file, object, object_size);
  return fclose (file) == 0 ? text : NULL;
}

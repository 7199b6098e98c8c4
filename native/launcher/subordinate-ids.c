#include "launcher/subordinate-ids.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SUBORDINATE_ID 100000UL /* SUB_UID_MIN of login.defs(5) */
#define HIGHEST_ID 4294967294UL       /* 4294967295 is (uid_t) -1 */

struct line
{
  char *owner;
  struct range range;
};

/* Reads a line OWNER:START:COUNT, and changes its text. */
static bool
parse_line (char *text, struct line *line)
{
  char *end;
  text[strcspn (text, "\n")] = '\0';
  line->owner = text;
  char *start = strchr (text, ':');
  if (!start || start == text)
    return false;
  *start++ = '\0';

  if (*start < '0' || *start > '9')
    return false;
  line->range.start = strtoul (start, &end, 10);
  if (*end != ':' || end[1] < '0' || end[1] > '9')
    return false;
  line->range.count = strtoul (end + 1, &end, 10);
  return *end == '\0' && line->range.count > 0 && line->range.start <= HIGHEST_ID
         && line->range.count <= HIGHEST_ID - line->range.start + 1;
}

static bool
overlap (struct range a, struct range b)
{
  return a.start < b.start + b.count && b.start < a.start + a.count;
}

void
add_range (struct ranges *ranges, struct range range, unsigned long taken)
{
  if (ranges->count == MAX_RANGES || overlap (range, (struct range) { taken, 1 }))
    return;
  for (size_t i = 0; i < ranges->count; i++)
    if (overlap (ranges->items[i], range))
      return;
  ranges->items[ranges->count++] = range;
}

void
read_subordinate_ids (const char *path, const char *user, unsigned long uid, unsigned long taken,
                      struct ranges *ranges)
{
  char number[24], *text = NULL;
  size_t size = 0;
  struct line line;
  FILE *file = fopen (path, "re");
  if (!file)
    return;
  snprintf (number, sizeof number, "%lu", uid);
  while (getline (&text, &size, file) >= 0)
    if (parse_line (text, &line)
        && ((*user != '\0' && strcmp (line.owner, user) == 0) || strcmp (line.owner, number) == 0))
      add_range (ranges, line.range, taken);
  free (text);
  fclose (file);
}

unsigned long
first_free_id (const char *path)
{
  unsigned long first = FIRST_SUBORDINATE_ID;
  char *text = NULL;
  size_t size = 0;
  struct line line;
  FILE *file = fopen (path, "re");
  if (!file)
    return first;
  while (getline (&text, &size, file) >= 0)
    if (parse_line (text, &line) && line.range.start + line.range.count > first)
      first = line.range.start + line.range.count;
  free (text);
  fclose (file);
  return first;
}

bool
find_user_name (const char *path, unsigned long uid, char *name, size_t size)
{
  char *text = NULL;
  size_t text_size = 0;
  bool found = false;
  FILE *file = fopen (path, "re");
  if (!file)
    return false;
  while (!found && getline (&text, &text_size, file) >= 0)
    {
      char *password = strchr (text, ':');
      char *number = password ? strchr (password + 1, ':') : NULL;
      char *end;
      if (!number || strtoul (number + 1, &end, 10) != uid || end == number + 1 || *end != ':')
        continue;
      *password = '\0';
      found = (size_t) snprintf (name, size, "%s", text) < size;
    }
  free (text);
  fclose (file);
  return found;
}

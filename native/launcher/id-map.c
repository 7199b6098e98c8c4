#include "launcher/id-map.h"

#include <stdio.h>
#include <string.h>

void
user_id_map (unsigned long id, const struct ranges *ranges, char map[ID_MAP_SIZE])
{
  size_t length = (size_t) snprintf (map, ID_MAP_SIZE, "0 %lu 1\n", id);
  unsigned long next = 1;
  for (size_t i = 0; i < ranges->count; i++)
    {
      char line[80];
      int size = snprintf (line, sizeof line, "%lu %lu %lu\n", next, ranges->items[i].start,
                           ranges->items[i].count);
      if (length + (size_t) size >= ID_MAP_SIZE)
        return; /* the kernel takes no more than a page; a map with fewer ids still works */
      memcpy (map + length, line, (size_t) size + 1);
      length += (size_t) size;
      next += ranges->items[i].count;
    }
}

bool
identity_id_map (const char *path, char map[ID_MAP_SIZE])
{
  unsigned long inside, outside, count;
  size_t length = 0;
  FILE *file = fopen (path, "re");
  if (!file)
    return false;
  map[0] = '\0';
  while (fscanf (file, "%lu %lu %lu", &inside, &outside, &count) == 3 && length < ID_MAP_SIZE - 80)
    length += (size_t) snprintf (map + length, ID_MAP_SIZE - length, "%lu %lu %lu\n", inside, inside, count);
  fclose (file);
  return length > 0;
}

unsigned long
id_outside (const char *path, unsigned long inside)
{
  unsigned long first, outside, count;
  FILE *file = inside == 0 ? fopen (path, "re") : NULL;
  if (!file)
    return inside;
  bool ours = fscanf (file, "%lu %lu %lu", &first, &outside, &count) == 3 && first == 0 && count == 1;
  fclose (file);
  return ours ? outside : inside;
}

/* /etc/subuid, and a file such as /etc/passwd. */
#include "fuzz/target.h"
#include "launcher/subordinate-ids.h"

#define UID 1000

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct ranges ranges = { 0 };
  char path[32], name[32];
  int fd = file_with (data, size);
  path_of (fd, path);
  read_subordinate_ids (path, "user", UID, UID, &ranges);
  for (size_t i = 0; i < ranges.count; i++)
    for (size_t j = 0; j < i; j++)
      {
        const struct range *a = &ranges.items[i], *b = &ranges.items[j];
        if (a->count == 0 || (a->start < b->start + b->count && b->start < a->start + a->count))
          abort ();
      }
  first_free_id (path);
  find_user_name (path, UID, name, sizeof name);
  close (fd);
  return 0;
}

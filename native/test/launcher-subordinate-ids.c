#include "launcher/directory-service.h"
#include "launcher/id-map.h"
#include "launcher/subordinate-ids.h"
#include "test/tap.h"

#include <stdlib.h>
#include <unistd.h>

static char path[TEMPORARY_SIZE];

static void
write_text (const char *text)
{
  FILE *file = fopen (path, "w");
  if (!file || fputs (text, file) < 0)
    abort ();
  fclose (file);
}

struct row
{
  const char *name, *file, *map;
};

static const struct row rows[] = {
  { "by name", "alice:100000:65536\nbob:165536:65536\n", "0 1000 1\n1 100000 65536\n" },
  { "by uid", "1000:200000:10\n", "0 1000 1\n1 200000 10\n" },
  { "by name and by uid, several lines add up", "alice:100000:10\n1000:200000:5\nalice:300000:1\n",
    "0 1000 1\n1 100000 10\n11 200000 5\n16 300000 1\n" },
  { "nothing for this user", "bob:100000:65536\n", "0 1000 1\n" },
  { "another name that begins alike", "alice2:100000:65536\nali:1:2\n", "0 1000 1\n" },
  { "another uid that begins alike", "10001:100000:65536\n", "0 1000 1\n" },
  { "no line end at the end", "alice:100000:65536", "0 1000 1\n1 100000 65536\n" },
  { "empty file", "", "0 1000 1\n" },
  { "comment, blank and broken lines",
    "# alice:1:1\n\nalice\nalice:\nalice:x:1\nalice:1:\nalice:1:2x\n:1:2\nalice:7000:3\n",
    "0 1000 1\n1 7000 3\n" },
  { "a count of zero", "alice:100000:0\n", "0 1000 1\n" },
  { "negative numbers", "alice:-5:10\nalice:5:-10\n", "0 1000 1\n" },
  { "beyond the last id", "alice:4294967290:100\nalice:99999999999:1\n", "0 1000 1\n" },
  { "the last id that there is", "alice:4294967294:1\n", "0 1000 1\n1 4294967294 1\n" },
  { "the same range twice", "alice:100000:65536\n1000:100000:65536\n", "0 1000 1\n1 100000 65536\n" },
  { "overlapping ranges: the first counts", "alice:100000:10\nalice:100009:10\nalice:100010:10\n",
    "0 1000 1\n1 100000 10\n11 100010 10\n" },
  { "a range with the user's own id in it", "alice:900:200\nalice:100000:5\n", "0 1000 1\n1 100000 5\n" },
};

static void
test_maps (void)
{
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    {
      struct ranges ranges = { .count = 0 };
      char map[ID_MAP_SIZE];
      write_text (rows[i].file);
      read_subordinate_ids (path, "alice", 1000, 1000, &ranges);
      user_id_map (1000, &ranges, map);
      is_text (map, rows[i].map, rows[i].name);
    }
}

static void
test_many_ranges (void)
{
  struct ranges ranges = { .count = 0 };
  char map[ID_MAP_SIZE];
  FILE *file = fopen (path, "w");
  for (unsigned i = 0; file && i < 1000; i++)
    fprintf (file, "alice:%u:10\n", 100000 + i * 10);
  if (file)
    fclose (file);
  read_subordinate_ids (path, "alice", 1000, 1000, &ranges);
  user_id_map (1000, &ranges, map);
  is_number ((long long) ranges.count, MAX_RANGES, "no more ranges than there is room for");
  ok (strlen (map) < ID_MAP_SIZE && map[strlen (map) - 1] == '\n', "a full map ends with a whole line");
}

static void
test_edges (void)
{
  struct ranges ranges = { .count = 0 };
  char name[16];
  read_subordinate_ids ("/nonexistent/subuid", "alice", 1000, 1000, &ranges);
  is_number ((long long) ranges.count, 0, "no file: no ranges");

  write_text (":100000:65536\n");
  read_subordinate_ids (path, "", 1000, 1000, &ranges);
  is_number ((long long) ranges.count, 0, "a user without a name has no nameless lines");

  write_text ("alice:999:3\nalice:1001:3\n");
  read_subordinate_ids (path, "alice", 1000, 1002, &ranges);
  is_number ((long long) ranges.items[0].start, 999, "the id that is mapped anyway need not be the uid");
  is_number ((long long) ranges.count, 1, "and no range may have it");

  write_text ("a:1:5\n");
  is_number ((long long) first_free_id (path), 100000, "first free id: not below 100000");
  write_text ("a:100000:65536\nb:300000:10\nc:165536:65536\n");
  is_number ((long long) first_free_id (path), 300010, "first free id: after the last range");
  is_number ((long long) first_free_id ("/nonexistent/subuid"), 100000, "first free id: no file");

  write_text ("root:x:0:0:root:/root:/bin/sh\nbroken\nalice:x:1000:1000::/home/alice:/bin/sh\n");
  ok (find_user_name (path, 1000, name, sizeof name), "name of a uid");
  is_text (name, "alice", "the name itself");
  ok (find_user_name (path, 0, name, sizeof name), "root has a name");
  ok (!find_user_name (path, 100, name, sizeof name), "no name for a uid that only begins alike");
  write_text ("a-name-longer-than-its-room:x:1000:1000:::\n");
  ok (!find_user_name (path, 1000, name, sizeof name), "a name is never cut");
}

static void
test_getsubids (void)
{
  struct ranges ranges = { .count = 0 };
  add_getsubids_line ("0: alice 100000 65536 1: alice 300000 7", 1000, &ranges);
  add_getsubids_line ("1: alice 300000 7", 1000, &ranges);
  add_getsubids_line ("Error fetching ranges", 1000, &ranges);
  is_number ((long long) ranges.count, 2, "getsubids: one range a line, none of an error");
  is_number ((long long) ranges.items[1].start, 300000, "getsubids: start");
  is_number ((long long) ranges.items[1].count, 7, "getsubids: count");
}

static void
test_maps_of_this_namespace (void)
{
  char map[ID_MAP_SIZE];
  write_text ("         0       1000          1\n         1     100000      65536\n");
  is_number ((long long) id_outside (path, 0), 1000, "id outside: root of a namespace as ours");
  is_number ((long long) id_outside (path, 33), 33, "id outside: only for root");
  ok (identity_id_map (path, map), "identity map");
  is_text (map, "0 0 1\n1 1 65536\n", "identity map: ids as they are inside");

  write_text ("         0          0 4294967295\n");
  is_number ((long long) id_outside (path, 0), 0, "id outside: root of the first namespace");
  write_text ("         0     100000      65536\n");
  is_number ((long long) id_outside (path, 0), 0, "id outside: root of a namespace that is not ours");
  ok (!identity_id_map ("/nonexistent/uid_map", map), "identity map: no file");
}

int
main (void)
{
  int fd = mkstemp (temporary_template (path));
  if (fd < 0)
    return 1;
  close (fd);
  test_maps ();
  test_many_ranges ();
  test_edges ();
  test_getsubids ();
  test_maps_of_this_namespace ();
  unlink (path);
  return done_testing ();
}

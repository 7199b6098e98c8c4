#include "monitor/state/bridge-records.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "common/network-words.h"

#define FILE_MAX (8 << 20)

static char *
read_file (const char *path)
{
  struct stat st;
  autoclose int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &st) < 0)
    return NULL;
  if (st.st_size > FILE_MAX)
    errno = EFBIG;
  char *text = st.st_size > FILE_MAX ? NULL : calloc (1, (size_t) st.st_size + 1);
  if (text && read (fd, text, (size_t) st.st_size) == st.st_size)
    return text;
  free (text);
  return NULL;
}

static size_t
count_of (const char *text, const char *separators)
{
  size_t count = 1;
  while ((text = strpbrk (text, separators)))
    {
      text++;
      count++;
    }
  return count;
}

static bool
is_known (char *const *words)
{
  return (strcmp (words[0], "bridge") == 0 && words[1]) || strcmp (words[0], "forward") == 0;
}

static int
take_lines (struct bridge_records *records)
{
  char **word = records->words, *line, *rest = records->text;
  while ((line = strsep (&rest, "\n")))
    {
      if (!*line)
        continue;
      struct bridge_record *record = &records->list[records->count];
      record->words = word;
      while ((*word = strsep (&line, " ")))
        word++;
      word++;
      if (!is_known (record->words) || records->count == BRIDGE_RECORDS_MAX)
        {
          errno = EINVAL;
          return -1;
        }
      record->is_bridge = record->words[0][0] == 'b';
      records->count++;
    }
  return 0;
}

int
bridge_records_read (struct bridge_records *records, const char *path)
{
  *records = (struct bridge_records) { .text = read_file (path) };
  if (!records->text)
    return -1;
  size_t lines = count_of (records->text, "\n");
  records->list = calloc (lines, sizeof *records->list);
  records->words = calloc (count_of (records->text, " \n") + lines + 1, sizeof *records->words);
  if (records->list && records->words && take_lines (records) == 0)
    return 0;
  bridge_records_free (records);
  return -1;
}

void
bridge_records_free (struct bridge_records *records)
{
  int saved = errno;
  free (records->list);
  free (records->words);
  free (records->text);
  *records = (struct bridge_records) { 0 };
  errno = saved;
}

/* Ends with NULL. What is first matters for a bridge, but not for an interface in it. */
static const char *const NOT_OF_INTERFACE[] = { "isolate", "name", "server", "network-server", "dns", NULL };
static const char *const *const NOT_OF_BRIDGE = NOT_OF_INTERFACE + 1;

/* The first word, from WORDS on, that is none of OTHERS; or the closing NULL. */
static char *const *
next_word (char *const *words, const char *const *others)
{
  for (size_t i = 0; *words && others[i]; i++)
    if (network_word (*words, others[i]))
      {
        words++;
        i = (size_t) -1;
      }
  return words;
}

static bool
same_but_for (const struct bridge_record *a, const struct bridge_record *b, const char *const *others)
{
  char *const *left = next_word (a->words, others), *const *right = next_word (b->words, others);
  while (*left && *right && strcmp (*left, *right) == 0)
    {
      left = next_word (left + 1, others);
      right = next_word (right + 1, others);
    }
  return !*left && !*right;
}

bool
bridge_record_same_interface (const struct bridge_record *a, const struct bridge_record *b)
{
  return same_but_for (a, b, NOT_OF_INTERFACE);
}

bool
bridge_record_same_bridge (const struct bridge_record *a, const struct bridge_record *b)
{
  return same_but_for (a, b, NOT_OF_BRIDGE);
}

#include "test/faults/unflushed.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A descriptor of our own keeps the inode, whatever happens to its name. */
struct unflushed
{
  dev_t device;
  ino_t inode;
  int fd;
};

static struct unflushed *files;
static size_t count, room;

static bool
look_at (pid_t pid, int fd, char link[64], struct stat *status)
{
  snprintf (link, 64, "/proc/%d/fd/%d", pid, fd);
  return stat (link, status) == 0 && S_ISREG (status->st_mode);
}

static size_t
place_of (const struct stat *status)
{
  size_t at = 0;
  while (at < count && (files[at].device != status->st_dev || files[at].inode != status->st_ino))
    at++;
  return at;
}

void
note_written (pid_t pid, int fd)
{
  char link[64];
  struct stat status;
  if (!look_at (pid, fd, link, &status) || place_of (&status) < count)
    return;
  if (count == room)
    {
      room = room ? 2 * room : 64;
      files = realloc (files, room * sizeof *files);
      if (!files)
        abort ();
    }
  /* A file of another user, or one that nobody may write any more, keeps its content. */
  int own = open (link, O_WRONLY | O_CLOEXEC);
  if (own >= 0)
    files[count++] = (struct unflushed) { status.st_dev, status.st_ino, own };
}

void
note_flushed (pid_t pid, int fd)
{
  char link[64];
  struct stat status;
  size_t at = look_at (pid, fd, link, &status) ? place_of (&status) : count;
  if (at == count)
    return;
  close (files[at].fd);
  files[at] = files[--count];
}

void
note_all_flushed (void)
{
  while (count > 0)
    close (files[--count].fd);
}

/* What of a file's content a cut may leave. */
enum left
{
  LEFT_NOTHING,
  LEFT_HALF,
  LEFT_ZEROES, /* the size is on the disk, and no block of the content */
  LEFT_KINDS,
};

static bool
lose_content (int fd, enum left left)
{
  struct stat status;
  if (fstat (fd, &status) < 0)
    return false;
  off_t size = left == LEFT_HALF ? status.st_size / 2 : 0;
  return ftruncate (fd, size) == 0 && (left != LEFT_ZEROES || ftruncate (fd, status.st_size) == 0);
}

int
lose_unflushed (long which)
{
  int lost = 0;
  for (size_t i = 0; i < count; i++)
    lost += lose_content (files[i].fd, (enum left) (((size_t) which + i) % LEFT_KINDS));
  note_all_flushed ();
  return lost;
}

/* copy.c - the content of one open file into another */
#include "addon/functions.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CHUNK 65536

/* Files up to this size are read and written at once: cheaper than to ask for their holes. */
#define SMALL CHUNK

/* Errors of copy_file_range(2) that say that these files can't be copied that way. */
static int
not_within_kernel (int error)
{
  return error == EXDEV || error == EINVAL || error == ENOSYS || error == EOPNOTSUPP || error == EPERM;
}

static ssize_t
copy_by_hand (int from, int to, off_t at, size_t size)
{
  char chunk[CHUNK];
  ssize_t count = pread (from, chunk, size < sizeof chunk ? size : sizeof chunk, at);

  for (ssize_t done = 0; done < count;)
    {
      ssize_t written = pwrite (to, chunk + done, (size_t) (count - done), at + done);
      if (written < 0)
        return -1;
      done += written;
    }
  return count;
}

/*
 * WITHIN_KERNEL: by copy_file_range(2), where these files can be. Returns where it ended: before `end` where
 * the file has become shorter; -1 and errno where it failed.
 */
static off_t
copy_range (int from, int to, off_t at, off_t end, int within_kernel)
{
  while (at < end)
    {
      off64_t source = at, target = at;
      size_t size = (size_t) (end - at);
      ssize_t count = within_kernel ? copy_file_range (from, &source, to, &target, size, 0)
                                    : copy_by_hand (from, to, at, size);
      if (count < 0 && within_kernel && not_within_kernel (errno))
        within_kernel = 0;
      else if (count < 0 && errno != EINTR)
        return -1;
      else if (count == 0)
        break;
      else if (count > 0)
        at += count;
    }
  return at;
}

static off_t
least (off_t a, off_t b)
{
  return a < b ? a : b;
}

/* Copies what the file holds between its holes, from `begin` to `size`; returns as above. */
static off_t
copy_data (int from, int to, off_t begin, off_t size)
{
  for (off_t at = begin; at < size;)
    {
      off_t data = lseek (from, at, SEEK_DATA);
      if (data < 0 && errno == ENXIO) /* only a hole is left, or nothing: the file is shorter now */
        return least (size, lseek (from, 0, SEEK_END));
      off_t end = data < 0 ? size : lseek (from, data, SEEK_HOLE);
      if (end < 0 || end > size)
        end = size;
      if (data < 0) /* the file system knows no holes */
        data = at;
      if (data >= size)
        return size;
      off_t reached = copy_range (from, to, data, end, 1);
      if (reached < end)
        return reached;
      at = end;
    }
  return size;
}

/*
 * copyContent (from, to, begin, end): the bytes of a regular file from `begin` to `end` into one that has
 * those before; all of them at once, by reference, where the file system can. Returns how long the copy is
 * now: less than `end` where the file has become shorter. Holes stay holes, but in a small file. Bytes that
 * are appended meanwhile are not copied, so a writer can't make it go on for ever.
 */
static int64_t
run_copy_content (const union argument *a)
{
  int from = (int) a[0].number, to = (int) a[1].number;
  if (a[2].number == 0 && ioctl (to, FICLONE, from) == 0)
    return lseek (to, 0, SEEK_END);
  if (a[2].number == 0 && a[3].number <= SMALL)
    return copy_range (from, to, 0, a[3].number, 0);
  off_t reached = copy_data (from, to, a[2].number, a[3].number);
  return reached < 0 || ftruncate (to, reached) < 0 ? -1 : reached;
}

const struct function COPY_FUNCTIONS[] = {
  { .name = "copyContent", .arguments = "nnnn", .run = run_copy_content },
  { 0 },
};

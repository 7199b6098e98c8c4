#include "monitor/files/sealed-copy.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/descriptor.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* Before Linux 6.3 there is no MFD_EXEC; since then the kernel complains without it. */
static int
memory_file (void)
{
  int fd = memfd_create ("runtime", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
  return fd < 0 && errno == EINVAL ? memfd_create ("runtime", MFD_CLOEXEC | MFD_ALLOW_SEALING) : fd;
}

int
sealed_copy (const char *program)
{
  struct stat st;
  autoclose int from = open (program, O_RDONLY | O_CLOEXEC);
  autoclose int to = from < 0 ? -1 : memory_file ();
  if (to < 0 || fstat (from, &st) < 0)
    return -1;
  for (off_t done = 0; done < st.st_size;)
    if (sendfile (to, from, &done, (size_t) (st.st_size - done)) <= 0)
      return -1;
  return fcntl (to, F_ADD_SEALS, SEALS) < 0 ? -1 : take_fd (&to);
}

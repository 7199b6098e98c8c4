#include "test/faults/filter.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/descriptor.h"
#include "test/faults/calls.h"

int
install_filter (void)
{
  /* One jump a call over all that follow it, to the notification; those that match nothing are allowed. */
  size_t length = call_count + 3;
  autofree struct sock_filter *filter = calloc (length, sizeof *filter);
  if (!filter)
    return -1;
  filter[0] = (struct sock_filter) BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr));
  for (size_t i = 0; i < call_count; i++)
    filter[1 + i] = (struct sock_filter) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (unsigned) calls[i].number,
                                                   (unsigned char) (call_count - i), 0);
  filter[length - 2] = (struct sock_filter) BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  filter[length - 1] = (struct sock_filter) BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
  struct sock_fprog program = { (unsigned short) length, filter };
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return -1;
  return (int) syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

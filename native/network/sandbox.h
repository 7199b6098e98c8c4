#ifndef TSPOD_NETWORK_SANDBOX_H
#define TSPOD_NETWORK_SANDBOX_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

/* One system call that a process in a sandbox may make: two instructions of its filter. */
#define ALLOW(number) \
  BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/*
 * For a process that reads what containers send: takes all capabilities from it but those of a mask
 * (CAP_TO_MASK) of the first 32, and all system calls but those of a list of ALLOW()s; another one ends it.
 * Where the machine's number in seccomp(2) is unknown there is no filter: without rights it is all the same.
 * Returns -1 with errno.
 */
int enter_sandbox (uint32_t kept_capabilities, const struct sock_filter *allowed, size_t count);

#endif

/*
 * network-holder.h - how a monitor, or a command, comes into the user's shared network namespace.
 *
 * DIR is the directory `network` in the user's runtime directory:
 *   users.lock
 *       Shared by everyone who uses the namespace, for as long as they do: the holder stays while it can't
 *       have the lock exclusively.
 *   start.lock
 *       Held while a process looks whether a holder is there, and makes one.
 *   socket
 *       The holder's socket, SOCK_SEQPACKET.
 *
 * Packets (packet.h) to the holder, and its answers:
 *   join
 *       Answer: ok, with a descriptor of the shared namespace.
 *   bridge NETWORK ID WORD...
 *       A network of this member's; no answer. WORDs are those of network-attach.h, and: dns=1 (its names are
 *       answered), index=N (of its bridge), name=NAME ..., server=ADDRESS ... (to be asked for other names),
 *       network-server=ADDRESS ... (likewise, for the whole network).
 *   forward PROTOCOL HOST-ADDRESS HOST-PORT ADDRESS PORT
 *       No answer.
 *   commit
 *       Answer: ok, when what came since the last commit is in force, in place of what was before; or failed
 *       INDEX ERRNO TEXT, and all is as before. INDEX says which `forward` it was; -1: another cause.
 * What a member has set is gone when its connection ends.
 */
#ifndef TSPOD_NETWORK_HOLDER_H
#define TSPOD_NETWORK_HOLDER_H

struct network_holder
{
  const char *directory; /* DIR */
  char *const *command;  /* the holder's program and what it gets: see network/main.c */
  /* Called in a holder that is being made, with OWNER: gives up what it must not keep; NULL: nothing. */
  void (*let_go) (const void *owner);
  const void *owner;
  int live_fd;      /* has the flock that keeps the user namespace: the holder shares it; -1: none */
  int users_fd;     /* our share of users.lock; -1: not yet */
  int socket_fd;    /* connected; -1 */
  int namespace_fd; /* the shared namespace; -1 */
};

/*
 * Connects to the user's holder, which is made where there is none, and joins. A namespace that we have from
 * before goes on with a new holder. Returns 0, or -1 with errno.
 */
int network_holder_join (struct network_holder *holder);

/* Leaves: what was set is gone when this returns. */
void network_holder_leave (struct network_holder *holder);

/*
 * Sends `commit` and awaits the answer. Returns 0; -1 where it failed, with errno, the port's INDEX and
 * TEXT.
 */
int network_holder_commit (struct network_holder *holder, int *index, char *text, unsigned size);

#endif

/*
 * network-holder.h - how a monitor, or a command, comes into the user's shared network namespace.
 *
 * DIR is the directory `network` in the user's runtime directory:
 *   users.lock   shared by everyone who uses the namespace, as long as they do: the holder stays while it
 * can't have it exclusively start.lock   while one looks whether a holder is there, and makes one socket the
 * holder's, SOCK_SEQPACKET
 *
 * Packets (packet.h) to the holder, and its answers:
 *   join                         ok, with a descriptor of the shared namespace
 *   bridge NETWORK ID WORD...    (no answer) a network of this member's: see network-attach.h; further WORDs:
 *                                dns=1: its names are answered; index=N: of its bridge; name=NAME ...;
 * server=ADDRESS ...: whom to ask for other names, network-server=ADDRESS ... likewise, for the whole network
 *   forward PROTOCOL HOST-ADDRESS HOST-PORT ADDRESS PORT     (no answer)
 *   commit                       ok: what came since the last commit is in force, in place of what was
 * before; or failed INDEX ERRNO TEXT: as before. INDEX: which `forward`; -1: another cause What a member has
 * set is gone when its connection ends.
 */
#ifndef TSPOD_NETWORK_HOLDER_H
#define TSPOD_NETWORK_HOLDER_H

struct network_holder
{
  const char *directory; /* DIR */
  char *const *command;  /* the holder's program and what it gets: see network/main.c */
  int live_fd;           /* has the flock that keeps the user namespace: the holder shares it; -1: none */
  int users_fd;          /* our share of users.lock; -1: not yet */
  int socket_fd;         /* connected; -1 */
  int namespace_fd;      /* the shared namespace; -1 */
};

/*
 * Connects to the user's holder, which is made where there is none, and joins. A namespace that we have from
 * before goes on with a new holder. Returns 0, or -1 with errno.
 */
int network_holder_join (struct network_holder *holder);

/* Leaves: what was set is gone when this returns. */
void network_holder_leave (struct network_holder *holder);

/* Sends `commit` and awaits the answer. Returns 0; -1 where it failed, with errno, the port's INDEX and TEXT.
 */
int network_holder_commit (struct network_holder *holder, int *index, char *text, unsigned size);

#endif

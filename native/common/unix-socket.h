/* unix-socket.h - unix sockets by a name in a directory: the path may be longer than sun_path's 108 bytes. */
#ifndef TSPOD_UNIX_SOCKET_H
#define TSPOD_UNIX_SOCKET_H

/*
 * All return a close-on-exec descriptor, or -1 with errno. TYPE: SOCK_STREAM, SOCK_SEQPACKET or (to bind)
 * SOCK_DGRAM.
 */

/* Binds NAME in the directory anew: what stood there is unlinked. Nonblocking. */
int bind_at (int directory, const char *name, int type);

/* As bind_at(), and listens. */
int listen_at (int directory, const char *name, int type);

int connect_at (int directory, const char *name, int type);

/* PATH must have a directory part. */
int connect_to (const char *path, int type);

#endif

/* slirp-api.h - requests to slirp4netns: slirp4netns(1), "API SOCKET". */
#ifndef TSPOD_SLIRP_API_H
#define TSPOD_SLIRP_API_H

#include <stddef.h>

/*
 * Sends a request in JSON to the socket PATH, a name in DIRECTORY or with AT_FDCWD a path with a directory
 * part, and waits up to ten seconds for the answer, which is cut at SIZE - 1 bytes. The socket may be a
 * second late: it appears a little after slirp4netns has said that it is ready. Returns 0, or -1 and errno.
 */
int slirp_ask (int directory, const char *path, const char *request, char *answer, size_t size);

#endif

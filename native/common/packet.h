/*
 * packet.h - words over a SOCK_SEQPACKET socket: each packet is a run of NUL-terminated strings, at times
 * with a descriptor.
 */
#ifndef TSPOD_PACKET_H
#define TSPOD_PACKET_H

#include <stddef.h>

#define PACKET_MAX 65536
#define PACKET_WORDS_MAX 4096

struct packet
{
  char **words; /* ends with NULL; one block with the text, to be freed by packet_free() */
  size_t count;
  int fd; /* that came with it; -1: none */
};

/* Sends WORDS (which end with NULL), and FD where it isn't -1. Returns 0, or -1 with errno. */
int packet_send (int socket, char *const *words, int fd);

/*
 * Reads one packet. Returns 1; 0 at the end of the connection; -1 with errno: EPROTO where it is not of
 * that form.
 */
int packet_receive (int socket, struct packet *packet);

void packet_free (struct packet *packet);

#endif

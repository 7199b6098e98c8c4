/* attach-owed.h - packets that a client has not taken yet, since its socket is full. */
#ifndef TSPOD_ATTACH_OWED_H
#define TSPOD_ATTACH_OWED_H

#include "monitor/state/monitor.h"

/*
 * Sends the packet, or keeps a copy of it behind those that the client is owed already. Returns -1 where
 * there is no memory for it, or the client is owed more than any process leaves at its end. Whether a
 * client is gone is for poll(2) to say, not for this.
 */
int owed_send_or_keep (struct client *client, const unsigned char *packet, size_t size);

/* Sends as much of what the client is owed as its socket takes. */
void owed_send (struct client *client);

/* Frees what the client is owed. */
void owed_forget (struct client *client);

#endif

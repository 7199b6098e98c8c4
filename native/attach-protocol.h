/*
 * attach-protocol.h - what a monitor and its attach clients say to each other, over an AF_UNIX SOCK_SEQPACKET
 * socket at DIR/attach (DIR: protocol.h, section 2). Each packet is one type byte and its payload.
 */
#ifndef TSPOD_ATTACH_PROTOCOL_H
#define TSPOD_ATTACH_PROTOCOL_H

#define ATTACH_PAYLOAD_MAX 65536

/* client -> monitor */
/*
 * Bytes for the process's stdin. The next comes only after MSG_TAKEN, so that signals pass while the process
 * does not read.
 */
#define MSG_STDIN 'i'
#define MSG_EOF 'c'    /* the client's stdin has ended */
#define MSG_WINDOW 'w' /* two big-endian uint16: rows, columns */
#define MSG_SIGNAL 'k' /* one byte: the signal's number, for the process */
/* No payload: run the health check, and tell the result. A client that can't be obeyed is dropped. */
#define MSG_HEALTH 'h'
/*
 * One byte: carry out the file of `networks` with ".new" behind its name, unless the client has left, or
 * DIR/changes.
 */
#define MSG_CHANGE 'n'
#define CHANGE_NETWORKS 'c'
#define CHANGE_ALL_NETWORKS 'a' /* all interfaces are made anew */
#define CHANGE_SETTINGS 's'

/* monitor -> client: also MSG_HEALTH with one byte, the check's code or one of these */
#define HEALTH_IS_STARTING 2 /* a startup check has failed */
#define HEALTH_IS_STOPPED 3  /* the container has ended during the check */
/* and MSG_CHANGE: nothing, or `STAGE NUMBER TEXT` as in section 3, where all is as it was before */
#define MSG_STDOUT 'o' /* bytes */
#define MSG_STDERR 'e' /* bytes */
/*
 * No payload: the client's MSG_STDIN has been written to the process (or dropped, where that reads no more),
 * so the client may send the next.
 */
#define MSG_TAKEN 't'
/*
 * Big-endian int32: the exit code. Sent when the container has ended for every other command; with --rm, when
 * it is gone for them.
 */
#define MSG_EXIT 'x'

#endif

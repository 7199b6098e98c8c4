/* tell.h - the two short errands of tspod-network for a command. */
#ifndef TSPOD_TELL_H
#define TSPOD_TELL_H

/*
 * tspod-network tell DIR BYTE: sends MSG_CHANGE with BYTE to the monitor whose runtime directory is DIR, and
 * prints its answer. Returns the exit code: 0 where it is done, 1 where it can't be, 2 where there is no
 * monitor.
 */
int network_tell (const char *directory, const char *byte);

/*
 * tspod-network enter LIVE DIR HOLDER... -- COMMAND...: joins the shared namespace, which is made where there
 * is none (LIVE, a descriptor, and HOLDER: see common/network-holder.h), and becomes COMMAND. Returns only
 * where that can't be.
 */
int network_enter (char **arguments);

#endif

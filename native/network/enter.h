/* enter.h - a command in the shared network namespace */
#ifndef TSPOD_ENTER_H
#define TSPOD_ENTER_H

/*
 * tspod-network enter LIVE DIR HOLDER... -- COMMAND...: joins the shared namespace, which is made where there
 * is none (LIVE, a descriptor, and HOLDER: see common/network-holder.h), and becomes COMMAND. Returns only
 * where that can't be.
 */
int network_enter (char **arguments);

#endif

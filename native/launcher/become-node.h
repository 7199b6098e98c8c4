/* become-node.h - the launcher's last step */
#ifndef TSPOD_BECOME_NODE_H
#define TSPOD_BECOME_NODE_H

#include "launcher/environment.h"

/* Executes LIBRARY/node on LIBRARY/main.cjs with the caller's arguments. Dies where it can't. */
void become_node (int argc, char **argv, const char *library, const struct environment *environment)
    __attribute__ ((noreturn));

#endif

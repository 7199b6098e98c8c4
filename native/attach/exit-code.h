/* exit-code.h - what tspod-attach ends with where it is not the container's own code. */
#ifndef TSPOD_EXIT_CODE_H
#define TSPOD_EXIT_CODE_H

#define EXIT_TROUBLE 125       /* as podman: the error is the manager's, not the container's */
#define EXIT_BROKEN_OUTPUT 126 /* as podman */

#endif

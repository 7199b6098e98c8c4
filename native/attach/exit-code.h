/* exit-code.h - exit codes of tspod-attach that are not the container's own. */
#ifndef TSPOD_EXIT_CODE_H
#define TSPOD_EXIT_CODE_H

#define EXIT_TROUBLE 125       /* as podman: the error is the manager's, not the container's */
#define EXIT_BROKEN_OUTPUT 126 /* as podman */

#endif

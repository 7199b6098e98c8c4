/* exit-code.h - exit codes of tspod-attach that are not the container's own. */
#ifndef TSPOD_EXIT_CODE_H
#define TSPOD_EXIT_CODE_H

#define EXIT_TROUBLE 125       /* as podman: it is an error of tspod, not of the container */
#define EXIT_BROKEN_OUTPUT 126 /* as podman */

#endif

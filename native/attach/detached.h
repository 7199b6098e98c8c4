/* detached.h - what a user at a terminal is told when the detach sequence came. */
#ifndef TSPOD_DETACHED_H
#define TSPOD_DETACHED_H

/*
 * Says on a terminal how to come back to the container with this runtime directory. Otherwise the prompt of
 * the caller's shell would stand behind that of the container.
 */
void tell_detached (const char *directory);

#endif

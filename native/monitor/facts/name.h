/* name.h - the container's name, which `rename` may change while it runs. */
#ifndef TSPOD_NAME_H
#define TSPOD_NAME_H

#include "monitor/state/monitor.h"

#define NAME_SIZE 256

/* Writes the name that the container has now; "" where the plan says none. */
void name_now (const struct monitor *m, char name[NAME_SIZE]);

/* Carries out the plan's remove-name DIR. 0, or -1 with errno. */
int name_remove (const struct monitor *m, const char *directory);

#endif

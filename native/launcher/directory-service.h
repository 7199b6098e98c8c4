/*
 * directory-service.h - users and subordinate ids that stand not in /etc but, say, in LDAP:
 * nsswitch.conf(5)
 */
#ifndef TSPOD_DIRECTORY_SERVICE_H
#define TSPOD_DIRECTORY_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "launcher/subordinate-ids.h"

/*
 * Asks getent(1) for the user's name; NAME is "" if there is none. The launcher is linked statically, so it
 * can't load the services' libraries itself.
 */
void ask_user_name (uid_t uid, char *name, size_t size);

/* Adds the user's ranges by getsubids(1), if nsswitch.conf has a service for them. */
void ask_subordinate_ids (const char *user, bool groups, unsigned long taken, struct ranges *ranges);

/* Adds the range of one line of getsubids(1): "0: alice 100000 65536". */
void add_getsubids_line (const char *line, unsigned long taken, struct ranges *ranges);

#endif

/*
 * home-directory.h - the user's home where the environment has no HOME: `env -i`, some cron and ssh set-ups
 */
#ifndef TSPOD_HOME_DIRECTORY_H
#define TSPOD_HOME_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Reads the user's home from a file of passwd(5)'s form. Returns false where the file has no such user. */
bool find_home_directory (const char *passwd, uid_t uid, char *home, size_t size);

#endif

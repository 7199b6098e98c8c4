/*
 * home-directory.h - where a user is at home, when the environment doesn't say: env -i, some cron and ssh
 * set-ups
 */
#ifndef TSPOD_HOME_DIRECTORY_H
#define TSPOD_HOME_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The user's home by a file of passwd(5)'s form. False: the file doesn't say. */
bool find_home_directory (const char *passwd, uid_t uid, char *home, size_t size);

#endif

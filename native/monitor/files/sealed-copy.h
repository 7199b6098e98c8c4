/* sealed-copy.h - a program in memory that nobody can change any more. */
#ifndef TSPOD_SEALED_COPY_H
#define TSPOD_SEALED_COPY_H

/*
 * Returns a descriptor of a sealed copy of the program, which the caller closes; -1 where there can be
 * none.
 */
int sealed_copy (const char *program);

#endif

/* traced.h - the file that a call is traced to */
#ifndef TSPOD_TRACED_H
#define TSPOD_TRACED_H

/*
 * Returns the absolute path that `--trace` before the command, or else TSPOD_TRACE, names; NULL: neither.
 * The words before the command may be global flags and their values.
 */
char *trace_file (char **argv);

#endif

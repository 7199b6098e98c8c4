/*
 * ignored-signals.h - what nohup, or a script that has us in the background, has ignored: Node takes the
 * default again, and would end of it
 */
#ifndef TSPOD_LAUNCHER_IGNORED_SIGNALS_H
#define TSPOD_LAUNCHER_IGNORED_SIGNALS_H

#include "launcher/environment.h"

/* Adds ENV_IGNORED_SIGNALS where there are any. */
void note_ignored_signals (struct environment *environment);

#endif

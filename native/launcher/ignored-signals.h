/*
 * ignored-signals.h - signals that nohup, or a script for its background job, has ignored. Node restores
 * their default action when it starts, and would be ended by one, so the command needs to know them.
 */
#ifndef TSPOD_LAUNCHER_IGNORED_SIGNALS_H
#define TSPOD_LAUNCHER_IGNORED_SIGNALS_H

#include "launcher/environment.h"

/* Adds ENV_IGNORED_SIGNALS, where any are ignored. */
void note_ignored_signals (struct environment *environment);

#endif

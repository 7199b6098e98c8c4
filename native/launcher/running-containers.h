/* running-containers.h - the user namespace that containers of this user run in, or their network. */
#ifndef TSPOD_RUNNING_CONTAINERS_H
#define TSPOD_RUNNING_CONTAINERS_H

/*
 * A descriptor of the user namespace of a container that runs: started from this runtime directory or, as the
 * store tells, from another one. That one may be gone, or XDG_RUNTIME_DIR was not set (cron) when the
 * container was started. Where no container runs, that of the holder of the shared network (tspod-network),
 * which lives some seconds longer: no other namespace could join that network. -1: there is none.
 */
int running_containers_namespace (const char *runtime);

#endif

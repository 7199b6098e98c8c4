#include "monitor/finish.h"

#include "monitor/facts/events.h"
#include "monitor/facts/notify.h"
#include "monitor/facts/status.h"
#include "monitor/files/mounts.h"
#include "monitor/files/remove.h"
#include "monitor/network/bridges.h"
#include "monitor/network/network.h"
#include "monitor/processes/children.h"
#include "monitor/processes/spawn.h"
#include "monitor/runtime.h"
#include "monitor/stdio/attach-server.h"
#include "monitor/stdio/streams.h"

/* As podman: a container that --timeout has ended exits with 137, but its client with this. */
#define EXIT_TIMED_OUT 255

/* The exit code that clients get at the end of a run. */
static int
client_code (const struct monitor *m)
{
  return m->process.timed_out ? EXIT_TIMED_OUT : m->process.code;
}

void
finish_run (struct monitor *m)
{
  streams_close (m);
  log_end_run (&m->log);
  status_write_exit (m);
  event_append (m, "died");
}

void
prepare_next_run (struct monitor *m)
{
  children_end_stragglers (m);
  attach_close (m, client_code (m));
}

bool
deletes_last (const struct monitor *m)
{
  return m->plan.remove && !m->plan.restart;
}

/*
 * From here on the container is gone for every other command, and its name is free: no command sees what is
 * left of it.
 */
static void
take_from_sight (struct monitor *m)
{
  remove_container (m);
  event_append (m, "remove");
  attach_close (m, client_code (m));
  if (deletes_last (m))
    runtime_begin_delete (m);
}

void
finish (struct monitor *m)
{
  log_close (&m->log);
  notify_close (m);
  network_stop (m);
  bridges_leave (m);
  if (m->plan.start) /* what an exec session has left running in the container may stay */
    children_end_stragglers (m);
  runtime_await_delete (m);
  if (m->plan.network_api) /* the next container may want its ports */
    children_end (m);
  if (m->plan.at_end)
    run_child (m->plan.at_end, NULL);
  event_append (m, "cleanup");
  if (m->plan.remove)
    take_from_sight (m);
  runtime_await_delete (m);
  mounts_undo (m);
  if (m->helper_count) /* the next run mounts anew what they serve */
    children_end (m);
  empty_trash (m);
  remove_runtime_files (m);
  remove_runtime_directory (m);
  attach_close (m, client_code (m));
  if (m->plan.after_end && m->plan.remove)
    run_child (m->plan.after_end, m->oom_score_adj);
  if (m->plan.start)
    children_end (m);
}

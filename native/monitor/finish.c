#include "supervise.h"

#include "attach-server.h"
#include "children.h"
#include "events.h"
#include "mounts.h"
#include "network.h"
#include "remove.h"
#include "status.h"
#include "streams.h"

/* As podman: the container's code says who killed it, the command's that it was the time limit. */
#define EXIT_TIMED_OUT 255

/* What is told to the clients at the end of a run. */
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

void
finish (struct monitor *m)
{
  log_close (&m->log);
  network_stop (m);
  /* The helper's own end may take until after the clients have theirs, unless it holds ports that the next container may want. */
  bool helper_last = m->network.pid && !m->plan.network_api;
  if (m->plan.start && helper_last) /* what an exec session has left running in the container stays */
    children_end_stragglers (m);
  else if (m->plan.start)
    children_end (m);
  mounts_undo (m);
  event_append (m, "cleanup");
  remove_container (m);
  if (m->plan.remove)
    event_append (m, "remove");
  remove_runtime_files (m);
  remove_runtime_directory (m);
  attach_close (m, client_code (m));
  if (helper_last)
    children_end (m);
}

/*
 * monitor.h - everything that one monitor knows. It is passed by pointer; each part is changed by the file
 * named with it, and few others (test/sources/native-layering.test.ts).
 */
#ifndef TSPOD_MONITOR_H
#define TSPOD_MONITOR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "common/network-holder.h"
#include "common/trace.h"
#include "monitor/log/log.h"
#include "monitor/state/bridge-records.h"
#include "monitor/state/plan.h"
#include "protocol.h"

/* Counted in memory.events: allocations that failed at the limit, and processes killed for it. */
struct oom_events
{
  uint64_t ooms, kills;
};

/* The container's (or exec session's) process: process.c */
struct process
{
  pid_t pid; /* 0: not known */
  int pidfd;
  unsigned long long start_time; /* field 22 of /proc/PID/stat */
  int oom_events_fd;             /* memory.events of its cgroup; -1 where there is none */
  struct oom_events oom_before, oom_last;
  struct timespec created, started, finished;
  bool ended, timed_out, oom;
  int code, signal;
};

/* slirp4netns: network.c */
struct network
{
  pid_t pid; /* 0: not running */
  int ready_fd, exit_fd, error_fd;
  pid_t relay_pid;  /* of `network-relay`; 0: not running */
  bool relaying;    /* its ports are to be served */
  int64_t relay_at; /* of the monotonic clock: when it is started again; 0: never */
};

/* Networks with names: bridges.c */
struct bridges
{
  struct network_holder holder;
  struct bridge_records records; /* in force */
  int64_t retry_at;              /* to find a holder again; 0: not */
  char asked;                    /* by a client: MSG_CHANGE's byte; 0: nothing */
};

/* Our end of one of the container's outputs. */
struct output
{
  int fd; /* -1: not there, or at its end */
  enum stream_name name;
  bool grown;   /* its pipe has been made larger */
  bool bounded; /* the process is dead: only `remaining` bytes are still to come from it */
  uint64_t remaining;
};

/* Bytes that a client sent for the container's stdin, and that the pipe has not taken yet. */
struct input
{
  struct input *next;
  struct client *from; /* NULL: the client is gone */
  bool end;            /* end of file instead of bytes */
  size_t size, done;
  unsigned char data[];
};

/* stdio of the container: streams.c */
struct streams
{
  struct output out, err; /* with a terminal, `out` is the pty's master and there is no `err` */
  int in;
  int console_fd;             /* socket where the runtime brings the pty; -1 once it is here */
  int child[3];               /* the container's ends, until they are handed to the runtime */
  bool discard_input;         /* the container's stdin is closed */
  struct input *first, *last; /* input.c */
  int64_t quiet_since;        /* since when a pty was quiet after the end of its process */
};

/* attach-server.c */
struct client
{
  struct client *next;
  int fd;
  struct owed *owed; /* packets that its socket has not taken yet: attach-owed.c */
  size_t owed_size;  /* bytes of them */
  bool sent_input;   /* its MSG_STDIN waits in the input queue */
  bool input_taken;  /* the process has taken it, and the client does not know yet */
  bool sent_window;
  bool asks_change; /* waits for a change of networks or settings */
  bool asks_health; /* waits for the end of a health check */
};

struct attach_server
{
  int listen_fd;
  struct client *clients;
  unsigned accepted;
  bool backlogged; /* some client is owed packets, so no output is read as long as the process lives */
  unsigned char *packet;
};

/* check.c */
struct check
{
  pid_t pid; /* 0: none is under way */
  int fd;    /* what it prints */
  bool timed_out;
  bool held_up; /* was frozen at its deadline */
  struct timespec begun;
  int64_t deadline; /* of the monotonic clock */
  size_t used;
  size_t room;
  char *output;
};

/* ready.c */
struct ready
{
  struct check check;
  int64_t next_at; /* of the monotonic clock; 0: it waits for the startup check */
  bool is_ready;
  unsigned failures, successes; /* in a row */
};

/* hooks.c */
struct hooks
{
  struct check post_start;
};

/* health.c */
struct health_result
{
  struct timespec begun, ended;
  int code; /* 0, 1, or -1: took too long */
  size_t size;
  char *output;
};

struct health
{
  struct check check;
  int64_t next_at, kill_at; /* of the monotonic clock; 0: never */
  enum
  {
    HEALTH_STARTING,
    HEALTH_GOOD,
    HEALTH_BAD,
    HEALTH_STOPPED, /* the process has ended during a check */
  } state;
  unsigned streak;                              /* failures in a row */
  bool started_up;                              /* the startup check has passed */
  unsigned startup_failures, startup_successes; /* in a row */
  int code;                                     /* of the newest result */
  bool news; /* the newest result has not been told to the clients that asked for it */
  size_t count;
  struct health_result *results; /* oldest first */
};

/* restart.c */
struct restart
{
  unsigned count;
  /* the pause before the next one, in ms; 0: there was none, or they are forgotten after a good run */
  int64_t delay;
  struct timespec due; /* when the process is run again, while that is waited for */
  int64_t began_at;    /* when the run under way, or the last one, began, of the monotonic clock */
  /* the process is not run again: the monitor was asked to end, or a health check stops the container */
  bool leaving;
  /* the process is run again, whatever the policy, since a health check asks for it */
  bool forced;
  int64_t forced_delay; /* the pause before the next run that a health check asks for, in ms */
  bool again;           /* this run is not the first */
  int last_code;        /* exit code of the run before, where this one is not the first */
};

/* sidecars.c: the one that is asked to end */
struct sidecar
{
  int process_fd; /* its pidfd; -1: none is asked */
  int timer_fd;   /* timerfd(2): when it gets SIGKILL */
};

/* ending.c: infra's process is asked to end */
struct ending
{
  int signal;
  int64_t again_at; /* of the monotonic clock, when it is sent again; 0: it has reached the process */
  int64_t kill_at;  /* when SIGKILL follows; 0: nothing is asked, or all is sent */
};

/* pod.c */
struct pod
{
  int held_fd;     /* shared as long as the monitor lives: `hold-lock`; -1: none */
  int started_fd;  /* says by its close that a member that ran has ended; -1: it has not begun to */
  int lock_fd;     /* infra's, to look whether somebody holds it: `end-when-free` */
  int watch_fd;    /* inotify(7) of that file; -1: the pod goes on */
  int survivor_fd; /* pidfd of a member, or its monitor, that is there without the lock; or -1 */
  struct sidecar sidecar;
  struct ending ending;
  int64_t look_at; /* of the monotonic clock: when the lock, which wasn't free, is looked at once more; 0 */
  bool armed;      /* a member has ended */
};

struct failure
{
  const char *stage;
  int number;
  char text[1024];
};

struct monitor
{
  struct plan plan;
  struct plan changed; /* what `update` has changed of it since: changes.c */
  int plan_fd;         /* -1 from GO on */
  int lock_fd;         /* -1 once started */
  int store_fd;        /* the lock of the plan's `store`; -1: none */
  struct trace trace;
  int sync_fd, signal_fd, dir_fd;
  size_t preserved;          /* descriptors from FD_PRESERVED on, for the process */
  bool passthrough;          /* 0, 1 and 2 are the caller's descriptors, for the process */
  const char *oom_score_adj; /* what children get back; NULL where the monitor's own could not be lowered */
  char oom_score_text[16];
  struct process process;
  struct network network;
  struct bridges bridges;
  struct streams streams;
  struct log log;
  int notify_fd; /* where the process's notifications come in (notify.c); -1: it has none */
  struct attach_server attach;
  struct failure failure;
  struct restart restart;
  struct health health;
  struct ready ready;
  struct hooks hooks;
  struct pod pod;
  bool holding;       /* read no output yet */
  int64_t hold_until; /* of the monotonic clock; 0: the process has not ended */
  /* a copy of the runtime's program, from before its `create` to after its `start`; 0: none */
  int runtime_fd;
  pid_t delete_pid; /* the runtime's `delete`, running beside the last output */
  bool scope_asked; /* for the plan's `scope` */
  bool created;     /* the runtime's `create` has succeeded, and is not undone */
  pid_t *helpers;   /* daemons that `prepare` left to us */
  size_t helper_count;
  char **trashed; /* directories of the container's that are to be deleted */
  size_t trashed_count;
  int64_t kill_at; /* for `timeout`; 0: never */
};

/* Records why the set-up can't go on, for `failed STAGE NUMBER TEXT`. Returns -1. */
int fail (struct monitor *m, const char *stage, int number, const char *format, ...)
    __attribute__ ((format (printf, 4, 5)));

/* Notes trouble that must not end the monitor in DIR/monitor.log. */
void warn_and_go_on (const struct monitor *m, const char *format, ...)
    __attribute__ ((format (printf, 2, 3)));

#endif

/*
 * holder.h - everything that the holder of the shared network namespace knows; each part is kept by the
 * file named with it.
 */
#ifndef TSPOD_HOLDER_H
#define TSPOD_HOLDER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "network/names.h"
#include "network/zone.h"

/* namespace.c */
struct shared_namespace
{
  int fd;
  struct names_sockets sockets;
};

/* slirp4netns: slirp.c */
struct slirp
{
  char *const *command; /* its program and options, without what the holder adds */
  pid_t pid;            /* 0: not running */
  int ready_fd, exit_fd;
  bool ready;
  unsigned failures; /* in a row */
  int64_t retry_at;  /* 0: not */
  int64_t ready_by;  /* when it is given up; 0: it is ready, or doesn't run */
  char problem[256]; /* its last words */
};

/* One packet from a member, as it came. */
struct record
{
  char **words;
  size_t count;
  long forward;  /* id of a `forward`, slirp4netns's or our own; -1: not in force */
  int listen_fd; /* of a `forward` that is ours, for TCP; -1: slirp4netns's */
};

struct records
{
  struct record *list;
  size_t count;
};

/* A monitor or a command: members.c */
struct member
{
  struct member *next;
  int fd;
  uint32_t number;
  struct records staged, active;
  bool waiting; /* its commit has to wait for slirp4netns */
};

/* Name servers of the host: upstreams.c */
struct upstreams
{
  int watch_fd;
  struct zone_server list[VIEW_SERVERS_MAX];
  size_t count;
};

/* What serves published TCP ports: ports-process.c */
struct ports_process
{
  pid_t pid;      /* 0: not needed yet, or it has just died */
  int control_fd; /* -1 */
  long last;      /* number that was given */
};

struct holder
{
  int directory, lock_fd, listen_fd, signal_fd;
  struct shared_namespace shared;
  struct slirp slirp;
  struct member *members;
  uint32_t last_number;
  struct upstreams upstreams;
  struct ports_process ports;
  pid_t relay_pid;    /* 0: no port needs it, or it has just died */
  bool relay_missing; /* a port needs it */
  pid_t names_pid;
  int names_fd;
  int64_t revive_at; /* when a child that could not be made is tried again; 0: there is none */
  int64_t leave_at;  /* when nobody has been here for a while; 0: there are members */
  bool leaving;      /* told to: without lingering */
};

/*
 * namespace.c: makes the namespace, or takes GIVEN (-1: none), with the name server's sockets in it. 0, or
 * -1 with errno.
 */
int namespace_make (struct shared_namespace *shared, int given);
/* What a tap device needs for containers behind it. */
int namespace_set_up_tap (const struct shared_namespace *shared);

/* slirp.c */
int slirp_start (struct holder *holder);
/* Starts one that has died, and ends one that is not ready in time. */
void slirp_revive (struct holder *holder);
void slirp_read_ready (struct holder *holder);
void slirp_ended (struct holder *holder);
void slirp_stop (struct holder *holder);
/* FORWARD's words. Returns 0, or -1 with errno and TEXT. */
int slirp_forward (struct holder *holder, struct record *forward, char *text, size_t size);
void slirp_unforward (struct holder *holder, struct record *forward);

/* members.c */
void members_accept (struct holder *holder);
size_t members_poll (const struct holder *holder, struct pollfd *polls, size_t room);
void members_handle (struct holder *holder, const struct pollfd *polls, size_t count);
/* slirp4netns is ready, or can't be had: all forwards anew, and who waits gets an answer. */
void members_slirp_changed (struct holder *holder);

/* zone-writer.c: tells the name server what there is now. */
void zone_publish (struct holder *holder);

/* upstreams.c */
void upstreams_open (struct upstreams *upstreams);
void upstreams_changed (struct holder *holder);
bool server_read (struct zone_server *server, const char *text);

/* relay-process.c: what slirp4netns can't do for UDP ports of the host's loopback. */
void relay_restart (struct holder *holder);

/*
 * ports-process.c: LISTENING is the holder's from then on, and stays bound while its process is started
 * anew. 0, or -1 with errno.
 */
int ports_add (struct holder *holder, struct record *record, int listening);
void ports_drop (struct holder *holder, struct record *record);
/* Starts the process anew where it has died and a port needs it. 0, or -1: to be tried again. */
int ports_revive (struct holder *holder);

/* names-process.c */
int names_start (struct holder *holder);

#endif

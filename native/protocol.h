/*
 * protocol.h - what the command (TypeScript) and the native programs say to each other.
 *
 * The same is written once in TypeScript, in src/protocol/. test/sources/protocol.test.ts reads both sides
 * and plan.c, and fails where they differ: every name, number and record below is compared. What monitor and
 * attach client say to each other is in attach-protocol.h: TypeScript takes no part in it. Files that the
 * monitor writes are in facts-protocol.h.
 */
#ifndef TSPOD_PROTOCOL_H
#define TSPOD_PROTOCOL_H

/*
 * 1. Launcher -> command: variables of the environment. The command removes them before it does anything
 * else, so that no child of it sees them (src/protocol/environment.ts).
 */
#define ENV_PREFIX "_TSPOD_" /* of all: the launcher passes no such variable of its caller's on */
/* The absolute path of tspod's runtime directory, which exists, belongs to the user, and has mode 0700. */
#define ENV_RUNTIME_DIR "_TSPOD_RUNTIME_DIR"
/* The calling user's ids as seen outside the user namespace. */
#define ENV_UID "_TSPOD_UID"
#define ENV_GID "_TSPOD_GID"
/* The number of the descriptor with the shared flock(2) that keeps the keeper. */
#define ENV_LIVE_FD "_TSPOD_LIVE_FD"
/* The user's own NODE_OPTIONS, which must not reach our Node. */
#define ENV_NODE_OPTIONS "_TSPOD_NODE_OPTIONS"
/* Which of SIGHUP, SIGINT, SIGQUIT, SIGTERM the caller ignores, as Node does not: numbers, a space behind. */
#define ENV_IGNORED_SIGNALS "_TSPOD_IGNORED_SIGNALS"
/* What the program was called by: argv[0], with the path that was typed. */
#define ENV_ARGV0 "_TSPOD_ARGV0"
/* Set where the command has the caller's mount namespace: for `mount` and the like in "tspod unshare". */
#define ENV_CALLER_MOUNTS "_TSPOD_CALLER_MOUNTS"
/* Of a traced call: TIME (nanoseconds) DEVICE:INODE PATH. See trace_continue(), common/trace.h. */
#define ENV_TRACE "_TSPOD_TRACE"
/* Set where no user namespace was joined: help, version, completion. */
#define ENV_NO_USERNS "_TSPOD_NO_USERNS"

/*
 * 2. Command -> monitor: descriptors with fixed numbers, and the plan. The monitor's first argument is the
 * number of preserved descriptors, which it gets from FD_PRESERVED on, and which become the process's 3, 4
 * and so on. A second argument, ARG_PASSTHROUGH, says that 0, 1 and 2 are for the process as well.
 */
#define FD_PLAN 3 /* the read end of a pipe: the plan, then GO */
#define FD_SYNC 4 /* the write end of a pipe: answers to the command */
#define FD_LIVE 5 /* has the shared flock on live.lock, held as long as the monitor lives */
/* The container's lock, or /dev/null. It is closed when the process has been started, or all is undone. */
#define FD_LOCK 6
#define FD_PRESERVED 7
#define PRESERVED_MAX 48
#define ARG_PASSTHROUGH "passthrough"

/*
 * When everything is there that the runtime's `create` reads (config.json), the command sends this byte
 * behind the plan. Until then the monitor does what needs only the plan: mounts and network. An end of file
 * without it means that the command has failed or was killed, and the monitor undoes everything.
 */
#define GO 'g'

/*
 * The plan begins with its length in bytes: a decimal number and a NUL, which it does not count. Records
 * follow: NUL-terminated strings, the key, the number of arguments in decimal, the arguments. Those of the
 * same key are carried out in their order. An unknown key is an error, since the two programs come from one
 * build. A monitor knows no images, names or registries. Below, ARGUMENT... stands for one or more.
 *
 * Common to containers and exec sessions:
 *
 *   id ID
 *       The container's id, for messages only.
 *   dir DIR
 *       The runtime directory of this container or exec session, which exists. The monitor makes in it:
 *       attach (a socket), status, and, where a terminal is asked for, console (a socket).
 *   store DIR RUN NAME
 *       The container's directory in the store. The monitor locks it (flock(2)) for as long as it lives, so
 *       that no second monitor runs the container, whatever runtime directory it has. A second status file is
 *       in there, for commands with another runtime directory. RUN names this run in the status and exit
 *       files. NAME is the container's name, unless a file DIR/name says that it has got another one.
 *   hold-lock PATH
 *       A file of the container's pod: the monitor holds a shared flock(2) on it as long as it lives.
 *   end-when-free PATH SIGNAL SECONDS
 *       For a pod's infra container: SIGNAL, and SIGKILL SECONDS later, is sent to the process when a monitor
 *       that has `hold-lock` PATH, and has started its process, has ended and nobody holds the lock. Commands
 *       that start members hold it, open for reading. Containers that PATH/../members names are waited for.
 *   propagate MODE
 *       SIGNAL of `end-when-free` is SIGKILL if all, or any (MODE), of those containers have failed.
 *   terminal ROWS COLS
 *       The process gets a pty instead of pipes. 0 0 leaves the kernel's default size.
 *   stdin
 *       Keep a pipe to the process's stdin. Without this record its stdin is /dev/null.
 *   log none
 *       Keep no output. Also where the process has the caller's descriptors.
 *   log k8s-file PATH MAXBYTES
 *       MAXBYTES is 0 for no limit.
 *   log json-file PATH MAXBYTES FILES
 *       Docker's lines. A file of MAXBYTES becomes PATH.1, that one PATH.2, and so on; FILES are kept.
 *   log journald FIELD...
 *       Each FIELD is "NAME=VALUE", besides MESSAGE, PRIORITY and CONTAINER_PARTIAL_MESSAGE.
 *   notify MODE SOCKET
 *       Speak sd_notify(3) on SOCKET; empty: to nobody. Once the process is started, say that the monitor is
 *       the main process. Say that the service is ready: with that (MODE conmon); when the process says so on
 *       DIR/notify/notify.sock, which the monitor makes (container); when it is healthy (healthy). That the
 *       process has said so is noted by an empty file, DIR/notified, which its next run removes.
 *   scope NAME SLICE SOCKET
 *       Have the user's systemd, at its private socket, put the monitor into a transient scope. It is for a
 *       monitor that begins in a group of the system (of a login session), since from there no other user
 *       can move a process to the container's group; or in a service that is not the container's own.
 *       Programs that the monitor has started by then go with it.
 *   hold
 *       Read no output, and don't end, until the first client has attached or FD_SYNC's reader is gone. The
 *       command that becomes the attach client keeps its end of FD_SYNC open over execve(2).
 *   bound
 *       FD_SYNC stays open until the monitor has done everything. Where its reader is gone before that, the
 *       process gets SIGKILL: a build's step ends with its build. The reader sees the end of file when mounts
 *       and directories are free.
 *   pid-file PATH
 *       Where the runtime writes the process's pid.
 *   copy-runtime
 *       Run the runtime's program from a sealed copy in memory, which a container can't change. crun would
 *       make one by itself at each call, and be executed twice.
 *   create ARGV...
 *       The runtime's `create`, or its `exec --detach`. It gets the preserved descriptors and, with
 *       `terminal`, DIR as the one after them: /proc/self/fd/3/console is a short path of the socket.
 *   write-pid PATH
 *   write-monitor-pid PATH
 *       Copies of the process's and the monitor's pid, which the user has asked for.
 *   exit-file PATH
 *       Written (atomically) when the process has ended: facts-protocol.h.
 *   restart POLICY RETRIES MARK
 *       POLICY: no (run again only as a health check asks), on-failure (RETRIES 0: no limit), always,
 *       unless-stopped. When the process has ended, clients are told, and it is run again after a back-off;
 *       mounts, network namespace, network and log go on. It is not run again where MARK is there, which a
 *       command writes before it ends the process: MARK holds "stop", or "kill", which is good for 10 s from
 *       the file's time on. Nor is it after a SIGTERM to the monitor. Any signal to a monitor that waits has
 *       it look at MARK at once (SIGUSR1 has no other use).
 *   start-again ARGV...
 *       In place of `start`, for all runs but the first.
 *   health INTERVAL TIMEOUT START-PERIOD RETRIES ACTION RESULTS PID-FILE SIGNAL SECONDS COUNT SIZE LOG
 *       Times are in ms. INTERVAL 0: a check runs only when a client asks. The first check is at once, the
 *       next INTERVAL after the end of the one before. ACTION is what follows when the container turns
 *       unhealthy: none, kill, stop, restart (which needs `restart`). RESULTS: see facts-protocol.h. PID-FILE
 *       is where health-command writes the pid of its process. The container is stopped by SIGNAL, and killed
 *       SECONDS later. COUNT results are kept, and SIZE bytes of what a check prints (0: no limit). LOG is
 *       another file for them, in podman's JSON, or "".
 *   health-command ARGV...
 *       The runtime's `exec`, which waits and ends with the check's exit code.
 *   health-startup INTERVAL TIMEOUT RETRIES SUCCESSES
 *       Another check comes first, until it has succeeded SUCCESSES times in a row; only then `health`
 *       begins. Its failures count for no streak. After RETRIES failures in a row (0: no limit) the
 *       process is run again (which needs `restart`).
 *   health-startup-command ARGV...
 *       The runtime's `exec` for that check.
 *   health-times DELAY STARTUP-DELAY PAUSE LONGEST GOOD-RUN
 *       In ms. The first check comes DELAY after the start, that of health-startup STARTUP-DELAY after it.
 *       Of the runs that a check asks for the first follows at once, the second after PAUSE, each further one
 *       after twice the time, up to LONGEST. After a run of GOOD-RUN that begins anew.
 *   ready DELAY INTERVAL TIMEOUT FAILURES SUCCESSES RESULTS PID-FILE
 *       Whether the container is ready, which changes only what RESULTS says (facts-protocol.h). Times are in
 *       ms; DELAY is from the start on, or from the end of health-startup. FAILURES and SUCCESSES are in a
 *       row.
 *   ready-command ARGV...
 *       What finds it out, by its exit code: the runtime's `exec`, or tspod-probe.
 *   post-start PID-FILE ARGV...
 *       Run at each start of the process. If it fails the process is killed.
 *   timeout SECONDS
 *       Send SIGKILL to the process after that time. Clients are then told 255, and the exit file says 137.
 *
 * For containers only. The monitor sets no umask and no rlimits: they are the runtime's business.
 *
 *   joins PID START-TIME ID
 *       Whose namespaces `create` joins: after that it must still be the one of START-TIME.
 *   mount SOURCE TARGET FSTYPE FLAGS DATA CWD
 *       mount(2) in the monitor's own mount namespace, in this order of records. FLAGS is decimal. "" stands
 *       for no source, type, data or cwd.
 *   mounted PATH
 *       A mount that the command has made, and that the monitor therefore has: it is unmounted at the end.
 *   subpath ROOT PATH TARGET
 *       What PATH leads to below the directory ROOT, never out of it, is mounted on TARGET, which is there.
 *   symlink ROOT DIRECTORY NAME TEXT UID GID
 *       Make a symlink in DIRECTORY (one name, made if missing) below ROOT, unless something is NAME there.
 *   prepare ARGV...
 *       A program (fuse-overlayfs) to run, and to wait for its success. Its descendants die with the monitor.
 *   at-end ARGV...
 *       A program to run, and to wait for, when the processes of the last run have ended, before the
 *       container is removed. Whether it succeeds changes nothing.
 *   after-end ARGV...
 *       For --rm: a program to run, and to wait for, when the container is gone and all is undone.
 *   netns PATH
 *       Make a network namespace with lo up, and bind it on PATH, which is made if it is missing.
 *   netns-of-process
 *       The runtime makes the network namespace, in the container's own user namespace: PATH of `netns` gets
 *       it after `create`, and the network is started then.
 *   network ARGV...
 *       slirp4netns, run in DIR. It gets its ready pipe as descriptor 3 and its exit pipe as descriptor 4.
 *   network-api PATH
 *       The API socket of slirp4netns.
 *   network-request JSON
 *       A request to that API, in a connection of its own. An answer that has "error" in it is a failure.
 *   network-relay ARGV...
 *       A program that serves ports, started once slirp4netns has its own. It closes its standard error when
 *       it serves, or says there `NUMBER REASON` of a port and ends. Killed, it is started again.
 *   network-prepare ARGV...
 *       A program (pasta) that sets up the network namespace and goes to the background: to be run once that
 *       is there, and waited for. What it leaves behind dies with the monitor.
 *   networks PATH
 *       A file with the networks with names that the container is in, and its ports there: lines of words
 *       with one space between, `bridge NETWORK WORD...` (common/network-attach.h) and `forward PROTOCOL
 *       HOST-ADDRESS HOST-PORT ADDRESS PORT`. PATH.new: what it is to be (MSG_CHANGE), which the monitor
 *       renames to PATH when it is in force. Needs `netns` and `network-holder`.
 *   network-holder DIR ARGV...
 *       The directory of the holder of the user's shared network namespace, and how it is started where
 *       there is none (common/network-holder.h).
 *   start ARGV...
 *   delete ARGV...
 *       The runtime's `start` and `delete`.
 *   event-log PATH
 *       The file that events are appended to.
 *   event NAME TEMPLATE
 *       NAME: init, start, attach, died, restart, health_status, cleanup, remove. TEMPLATE is one line
 *       without its newline. @TIME@ in it is replaced by the time (RFC 3339, with nanoseconds and offset),
 *       @EXIT@ by the exit code, @HEALTH@ by the health status, @STREAK@ by the failures in a row, @RESULT@
 *       by the last result as a JSON object within a string, @NAME@ by the container's name, and @@ by @:
 *       every @ of the user's own text is doubled, so that a label "@TIME@" stays what it is.
 *   trash DIR
 *       Where directories go (by rename) before they are deleted.
 *   remove-name DIR
 *       For --rm: the link DIR/NAME goes, for the name that it has by then, if it leads to this id.
 *   remove-link PATH
 *       For --rm: a file that is unlinked after the container is gone.
 *   remove-id-file PATH
 *       For --rm: a file that is unlinked if nothing but the container's id is in it.
 *   remove-dir PATH
 *       For --rm: a directory that is moved to the trash, then deleted (where it stands, if the trash is on
 *       another file system). With any remove- record the monitor deletes DIR as well, and does not flush
 *       the exit file to disk. Where DIR/keep is there when the process ends, nothing is removed: a command
 *       starts the container again.
 *   volume-ref PATH TEMPLATE
 *       For --rm: PATH is VOLUME/refs/ID, which is unlinked. When refs is then empty, VOLUME goes to the
 *       trash too, and an event of this TEMPLATE is appended. Removing the directory refs is the test: no
 *       command may make refs anew in a volume that is there.
 *
 * 3. Monitor -> command, lines on FD_SYNC (src/protocol/answers.ts):
 *
 *   created PID
 *   started
 *   ended CODE
 *       With `hold`, no client has attached yet. One that finds the socket gone ends with CODE: the
 *       directory of an exec session goes with that of its container.
 *   failed STAGE NUMBER TEXT
 *       STAGE: plan running killed mount prepare netns notify network go port relay stdio runtime create
 *       joins write start attach log. NUMBER: errno, an exit code (create, start, prepare), the index of a
 *       port (port, relay). TEXT ends the line (joins: the ID); of create and start the --log has more.
 *
 * For `run` and `exec`, which have nothing more to do after GO, the attach client reads these in the
 * command's stead (attach/starting.h). After `failed` the monitor has undone everything, and leaves. After
 * `started` it closes FD_SYNC, unless `hold` is asked for.
 *
 * `tspod update` writes a part of a plan to DIR/changes: restart and start-again; health and its kin, all of
 * them that are to be; events. The monitor takes it over when it is asked to (attach-protocol.h), or gets a
 * signal while it waits to run the process again, or is about to do so.
 *
 * Trouble that must not end the monitor is noted in DIR/monitor.log. SIGTERM, SIGINT and SIGQUIT to it are
 * passed to the process. At the end it removes what it made in DIR, and sends MSG_EXIT; with --rm sooner:
 * when the name is free, and the directory moved to the trash.
 */

#endif

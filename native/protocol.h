/*
 * protocol.h - what the command (TypeScript) and the native programs say to each other.
 *
 * 1. Launcher -> command: environment (the command takes these out of its environment first thing)
 *
 *   _TSPOD_RUNTIME_DIR   absolute path of the user's runtime directory for tspod: there, 0700, owner checked
 *   _TSPOD_UID, _TSPOD_GID   the calling user's ids, as seen outside the user namespace
 *   _TSPOD_LIVE_FD       number of the descriptor with the shared flock that keeps the keeper
 *   _TSPOD_NODE_OPTIONS  the user's own NODE_OPTIONS, which must not reach our Node
 *   _TSPOD_IGNORED_SIGNALS  numbers of those of SIGHUP, SIGINT, SIGQUIT and SIGTERM that the caller has
 *                                ignored, a space behind each; Node
 *                        ignores none of them any more
 *   _TSPOD_ARGV0         name that the program was called by
 *   _TSPOD_CALLER_MOUNTS set where the mount namespace is the caller's: `mount` and the like in "tspod
 *   unshare"
 *   _TSPOD_NO_USERNS     set where nothing was joined (help, version, completion)
 *
 * 2. Command -> monitor: four descriptors with fixed numbers, and the plan. With one argument, N, the monitor
 * also gets
 * the N descriptors from FD_PRESERVED on, which become the process's 3, 4, ... With a second one,
 * `passthrough`, its 0, 1 and 2 are the process's.
 */
#ifndef TSPOD_PROTOCOL_H
#define TSPOD_PROTOCOL_H

#define FD_PLAN 3 /* read end of a pipe: the plan, then GO */
#define FD_SYNC 4 /* write end of a pipe: answers to the command */
#define FD_LIVE 5 /* the shared flock on live.lock, held as long as the monitor lives */
/*
 * the container's lock, or anything: closed when the process has been started, or after a failure when all is
 * undone
 */
#define FD_LOCK 6
#define FD_PRESERVED 7
#define PRESERVED_MAX 48

/*
 * When everything is there that `create` reads (config.json), the command sends this byte behind the plan.
 * Until then the monitor
 * does what needs only the plan: mounts, network. End of file without it means that the command has failed or
 * was killed: all is undone.
 */
#define GO 'g'

/*
 * The plan begins with its length in bytes, in decimal, NUL-terminated, which does not count itself. Then it
 * is a sequence of records. Each is a run of NUL-terminated strings: the key, the number of arguments
 * in decimal, the arguments. Keys that stand several times are carried out in their order. An unknown key is
 * an
 * error: the two programs come from one build. A monitor knows no images, names, or registries.
 *
 * Common to containers and exec sessions:
 *   id ID                        for messages only
 *   dir DIR                      runtime directory of this container (or exec session); exists. The monitor
 *                                makes in it: attach (socket), status, console (socket, where terminal is
 *                                asked)
 *   terminal ROWS COLS           a pty instead of pipes; 0 0: leave the kernel's default size
 *   stdin                        keep a pipe to the process's stdin; else /dev/null
 *   log k8s-file PATH MAXBYTES   MAXBYTES 0: unlimited;  log none, also where the process's output is the
 *                                caller's
 *   log json-file PATH MAXBYTES FILES   docker's lines. A file that has reached MAXBYTES becomes PATH.1, that
 *   one PATH.2, …: FILES are kept
 *   log journald FIELD...        "NAME=VALUE": what its entries have besides MESSAGE, PRIORITY and
 *                                CONTAINER_PARTIAL_MESSAGE
 *   notify MODE SOCKET           MODE: conmon, container, healthy. sd_notify(3) on SOCKET: once started, that
 *                                the monitor is the main process; that it is ready
 *                                with that, when the process says so on DIR/notify/notify.sock, which the
 *                                monitor makes, or when it is healthy
 *   scope NAME SLICE SOCKET      have the user's systemd, at its private socket, put the monitor into a
 *                                transient scope. For a monitor that begins in a
 *                                group of the system's (a login session's): from there nobody else could move
 *                                a process to the container's;
 *                                or in a service that is not the container's own. What the monitor has
 *                                started by then goes with it
 *   hold                         read no output, and don't end, until the first client has attached or
 *                                FD_SYNC's reader is gone.
 *                                So the command takes its end of FD_SYNC with it (no close-on-exec) when it
 *                                becomes the attach client
 *   pid-file PATH                where the runtime writes the process's pid
 *   copy-runtime                 run the runtime's program from a sealed copy in memory, which a container
 *                                can't change. crun would make
 *                                one by itself at each call, and be executed twice
 *   create ARGV...               the runtime's `create`, or its `exec --detach`. It gets the preserved
 *                                descriptors, and with `terminal` DIR as
 *                                the one after them: /proc/self/fd/3/console is a short path of the socket
 *   write-pid PATH, write-monitor-pid PATH    copies asked for by the user
 *   exit-file PATH               written (atomically) when the process has ended
 *   restart POLICY RETRIES MARK  POLICY: no (only as a health check asks), on-failure (RETRIES 0: no limit),
 *                                always, unless-stopped. When the process has ended, clients are told,
 *                                and it is run again after a back-off; mounts, network namespace, network and
 *                                log go on. Not where MARK is there, which
 *                                a command writes before it ends the process: it holds "stop", or "kill"
 *                                (good for 10 s from its time on); nor
 *                                after a SIGTERM to the monitor. Any signal to a monitor that waits (SIGUSR1
 *                                is taken for no other use) has it look
 *                                at MARK at once
 *   start-again ARGV...          in place of `start` for all runs but the first
 *   health INTERVAL TIMEOUT START-PERIOD RETRIES ACTION RESULTS PID-FILE SIGNAL SECONDS
 *                                times in ms; INTERVAL 0: only when a client asks. The first check is at
 *                                once, the next INTERVAL after its end.
 *                                ACTION: what follows when it turns unhealthy: none, kill, stop, restart
 *                                (needs `restart`). RESULTS: section 4.
 *                                PID-FILE: where health-command writes the pid of its process. SIGNAL,
 *                                SECONDS: how the container is stopped
 *   health-command ARGV...       the runtime's `exec`, which waits and ends with the check's exit code
 *   health-startup INTERVAL TIMEOUT RETRIES SUCCESSES, health-startup-command ARGV...
 *                                another check, until it has succeeded SUCCESSES times in a row; only then
 *                                `health` begins. Its failures are no
 *                                streak; after RETRIES in a row (0: no limit) the process is run again (needs
 *                                `restart`)
 *   timeout SECONDS              SIGKILL to the process after that time; the clients' code is then 255, the
 *                                exit file's 137
 *
 * For containers only:
 *   umask/rlimits: none, the runtime's business
 *   mount SOURCE TARGET FSTYPE FLAGS DATA CWD    mount(2) in the monitor's own mount namespace, in this
 *   order;
 *                                FLAGS decimal; "" for no source, type, data, cwd
 *   mounted PATH                 what is mounted there in the command's mount namespace, and so in the
 *                                monitor's: unmounted at the end
 *   prepare ARGV...              run and wait for success (fuse-overlayfs); its descendants die with the
 *                                monitor
 *   netns PATH                   make a network namespace with lo up, and bind it on PATH (made if missing)
 *   netns-of-process             the runtime makes the network namespace, in the container's own user
 *                                namespace: PATH gets it
 *                                after `create`, and the network is started then
 *   network ARGV...              slirp4netns, run in DIR: gets its ready pipe as fd 3 and its exit pipe as fd
 *                                4
 *   network-api PATH             its API socket; then
 *   network-request JSON         each sent in its own connection; an answer that has "error" in it is a
 *                                failure
 *   start ARGV..., delete ARGV...    the runtime's
 *   event-log PATH               events are appended here
 *   event start|died|restart|health_status|cleanup|remove TEMPLATE   one line without its newline; @TIME@
 *   (RFC 3339, nanoseconds, offset), @EXIT@ and @HEALTH@ are replaced
 *   trash DIR                    where directories go (by rename) before they are deleted
 *   remove-link PATH             for --rm, unlinked after the container is gone
 *   remove-dir PATH              for --rm, moved to trash, then deleted (where it stands, if trash is on
 *                                another file system)
 *                                With any remove- record the monitor deletes DIR as well, and the exit file
 *                                is not flushed to disk.
 *                                Where DIR/keep is there when the process ends, nothing is removed: a command
 *                                starts it again
 *   volume-ref PATH TEMPLATE     for --rm: PATH is VOLUME/refs/ID. Unlinked; when refs is then empty, VOLUME
 *                                goes to the trash too, and an
 *                                event of this TEMPLATE is appended.
 *                                rmdir of refs is the test: nobody may make refs anew in a volume that is
 *                                there
 *
 * 3. Monitor -> command, on FD_SYNC: lines
 *   created PID
 *   started
 *   failed STAGE NUMBER TEXT     STAGE: plan mount prepare netns network go port create start attach log
 *                                NUMBER: errno, the child's wait status as an exit code, or for port the
 *                                index of the request; TEXT: to end of line, may be empty (for create and
 *                                start
 *                                the runtime's own words are in its --log)
 * The attach client can read them in the command's stead: for `run`, which has nothing more to do after GO
 * (attach/starting.h).
 * After `failed` the monitor has undone everything, and leaves. After `started` it closes FD_SYNC unless hold
 * is asked for.
 *
 * The monitor notes trouble that must not end it in DIR/monitor.log. SIGTERM, SIGINT and SIGQUIT to it are
 * passed to the process.
 * At the end it removes from DIR what it has made: attach, console, netns, the API socket, status; then
 * MSG_EXIT, then it leaves. With
 * --rm MSG_EXIT comes before that: when the name is free, and the directory moved to the trash.
 *
 * 4. Status file, DIR/status: lines "key value", replaced atomically at every change
 *   monitor PID STARTTIME        STARTTIME: field 22 of /proc/PID/stat
 *   process PID STARTTIME        once created
 *   created SECONDS.NANOSECONDS  since the epoch
 *   started SECONDS.NANOSECONDS  once started
 *   restarts N
 *    Exit file: the same form
 *   code N                       exit status, or 128 + signal
 *   signal N                     0 where it exited
 *   oom 0|1                      whether the cgroup's memory.events counted an oom_kill
 *   started ..., finished SECONDS.NANOSECONDS
 *   timeout 0|1
 *   restarts N
 *    Results of health checks:
 *   status starting|healthy|unhealthy
 *   streak N                     failures in a row
 *   log BEGUN ENDED CODE SIZE    up to 5, oldest first; CODE: 0, 1, or -1 where it took too long. SIZE bytes
 *                                of its output follow, and a newline
 *
 * 5. Monitor <-> attach client: AF_UNIX SOCK_SEQPACKET at DIR/attach; each packet is one type byte and its
 * payload
 */
#define ATTACH_PAYLOAD_MAX 65536

/* client -> monitor */
/*
 * bytes. One at a time: the next only after MSG_TAKEN, so that signals pass while the process does not read
 */
#define MSG_STDIN 'i'
#define MSG_EOF 'c'    /* the client's stdin has ended */
#define MSG_WINDOW 'w' /* two big-endian uint16: rows, columns */
#define MSG_SIGNAL 'k' /* one byte: signal number for the process */
/* nothing: run the health check, and tell. A client that can't be obeyed is dropped */
#define MSG_HEALTH 'h'

/* monitor -> client: also MSG_HEALTH with one byte, the check's code */
#define MSG_STDOUT 'o' /* bytes */
#define MSG_STDERR 'e' /* bytes */
/*
 * nothing: the client's MSG_STDIN has been written to the process (or dropped, where it reads no more): it
 * may send the next
 */
#define MSG_TAKEN 't'
/*
 * big-endian int32: exit code. Sent when the container has ended for every other command; with --rm, when it
 * is gone for them
 */
#define MSG_EXIT 'x'

#endif

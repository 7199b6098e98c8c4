/*
 * facts-protocol.h - the files that the monitor writes, and commands read: lines "key value", replaced
 * atomically. DIR, RUN and the records of the plan are those of protocol.h; src/protocol/facts.ts has the
 * same keys, and test/sources/protocol.test.ts compares them.
 *
 * The status file, DIR/status, and the one in the DIR of `store`:
 *   boot ID
 *       The kernel's boot_id: pids and start times mean nothing after another boot.
 *   run RUN
 *   monitor PID STARTTIME
 *       STARTTIME is field 22 of /proc/PID/stat.
 *   process PID STARTTIME
 *   created TIME
 *   started TIME
 *       TIME is SECONDS.NANOSECONDS since the epoch.
 *   restarts COUNT
 *   due TIME
 *       When the process is going to be run again, while that is waited for.
 *   last CODE
 *       The exit code of the run before, once the process has been run again.
 *
 * The exit file:
 *   run RUN
 *   code CODE
 *       The exit status, or 128 + the signal.
 *   signal NUMBER
 *       0 where the process exited.
 *   oom BOOLEAN
 *       1 where the cgroup's memory.events counted an oom_kill; 0 otherwise.
 *   started TIME
 *   finished TIME
 *   timeout BOOLEAN
 *       1 where the monitor killed the process for `timeout`.
 *   restarts COUNT
 *   usage USER SYSTEM INPUT OUTPUT
 *       With `bound`, of the monitor's children: microseconds, blocks of 512 bytes (getrusage(2)).
 *
 * The results of health checks:
 *   status STATUS
 *       starting, healthy, unhealthy; stopped: the process has ended during a check.
 *   streak COUNT
 *       Failures in a row.
 *   log BEGUN ENDED CODE SIZE
 *       Oldest first. CODE is 0, 1, or -1: it took too long. SIZE bytes of output follow, and a newline.
 *
 * The results of `ready`:
 *   ready BOOLEAN
 */

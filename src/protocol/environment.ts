/**
 * `TIME DEVICE:INODE PATH`: when the launcher became Node, and the file of this call's trace. Monitors and
 * attach clients get it with the time of the last mark.
 */
export const TRACE = "_TSPOD_TRACE";

/**
 * Variables in which the launcher hands over what it found out and did: native/protocol.h, section 1. They
 * are there for the first reader only (os/launch.ts), which takes them out of the environment.
 */
export const ENV = {
  runtimeDir: "_TSPOD_RUNTIME_DIR",
  uid: "_TSPOD_UID",
  gid: "_TSPOD_GID",
  liveFd: "_TSPOD_LIVE_FD",
  nodeOptions: "_TSPOD_NODE_OPTIONS",
  ignoredSignals: "_TSPOD_IGNORED_SIGNALS",
  argv0: "_TSPOD_ARGV0",
  callerMounts: "_TSPOD_CALLER_MOUNTS",
  trace: TRACE,
  noUserns: "_TSPOD_NO_USERNS",
} as const;

import type { FlagTable } from "../../../cli/flags/flag.ts";

/** Limits that `update` can change. Sizes take the units b, k, m, g. */
export const limitFlags = {
  memory: { type: "string", short: "m", value: "SIZE", help: "Memory limit" },
  "memory-reservation": {
    type: "string",
    value: "SIZE",
    help: "Memory that the container is to have under pressure",
  },
  "memory-swap": {
    type: "string",
    value: "SIZE",
    help: "Limit of memory and swap together; -1 for no limit",
  },
  "memory-swappiness": {
    type: "int",
    value: "NUMBER",
    default: -1,
    help: "How readily memory is swapped (0 to 100); cgroup v1 only",
  },
  cpus: { type: "string", value: "NUMBER", help: "Number of CPUs, such as 1.5" },
  "cpu-shares": {
    type: "int",
    unsigned: true,
    short: "c",
    value: "NUMBER",
    help: "Relative weight against other containers",
  },
  "cpu-period": { type: "int", unsigned: true, value: "MICROSECONDS", help: "Period of the CPU quota" },
  "cpu-quota": { type: "int", value: "MICROSECONDS", help: "CPU time in each period" },
  "cpu-rt-period": {
    type: "int",
    unsigned: true,
    value: "MICROSECONDS",
    help: "Period of the real-time quota",
  },
  "cpu-rt-runtime": { type: "int", value: "MICROSECONDS", help: "Real-time CPU time in each period" },
  "cpuset-cpus": { type: "string", value: "CPUS", help: "CPUs to run on, such as 0-3 or 0,1" },
  "cpuset-mems": { type: "string", value: "NODES", help: "Memory nodes to use, such as 0-3 or 0,1" },
  "pids-limit": {
    type: "int",
    value: "NUMBER",
    help: "Limit of processes and threads; -1 for no limit (default 2048)",
  },
  "blkio-weight": { type: "string", value: "WEIGHT", help: "Relative weight of block I/O (10 to 1000)" },
  "blkio-weight-device": {
    type: "list",
    split: true,
    value: "DEVICE:WEIGHT",
    help: "The same for one device",
  },
  "device-read-bps": {
    type: "list",
    value: "DEVICE:SIZE",
    help: "Limit reads from a device, in bytes a second",
  },
  "device-write-bps": {
    type: "list",
    value: "DEVICE:SIZE",
    help: "Limit writes to a device, in bytes a second",
  },
  "device-read-iops": {
    type: "list",
    value: "DEVICE:NUMBER",
    help: "Limit reads from a device, in operations a second",
  },
  "device-write-iops": {
    type: "list",
    value: "DEVICE:NUMBER",
    help: "Limit writes to a device, in operations a second",
  },
} as const satisfies FlagTable;

/** All that limits a container. */
export const resourceFlags = {
  ...limitFlags,
  "kernel-memory": { type: "string", value: "SIZE", hidden: true, help: "Ignored, with a warning" },
  "rdt-class": {
    type: "string",
    value: "CLASS",
    hidden: true,
    help: "Not supported: resctrl takes root's rights",
  },
  "oom-kill-disable": { type: "boolean", help: "Don't let the OOM killer end the container; cgroup v1 only" },
  "shm-size-systemd": {
    type: "string",
    value: "SIZE",
    help: "Size of the tmpfs on /run and /run/lock of a container that runs systemd",
  },
  "shm-size": {
    type: "string",
    emptyIsAbsent: true,
    value: "SIZE",
    default: "65536k",
    help: "Size of /dev/shm",
  },
  ulimit: {
    type: "list",
    split: true,
    value: "TYPE=SOFT[:HARD]",
    help: "Resource limit of the processes; host for the caller's own",
  },
  sysctl: {
    type: "list",
    split: true,
    value: "NAME=VALUE",
    help: "Kernel setting of the container's namespaces",
  },
  "cgroup-conf": {
    type: "list",
    split: true,
    value: "FILE=VALUE",
    help: "Set a file of the container's cgroup (v2)",
  },
  "cgroup-parent": {
    type: "string",
    emptyIsAbsent: true,
    value: "PATH",
    help: "Cgroup to make the container's in",
  },
  cgroups: {
    type: "string",
    default: "enabled",
    value: "MODE",
    emptyIsAbsent: true,
    help: "Whether the container gets a cgroup: enabled, disabled, no-conmon, split, or besteffort, which leaves out limits that can't be held",
  },
} as const satisfies FlagTable;

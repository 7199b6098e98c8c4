import type { FlagTable, FlagValues } from "./flag.ts";

/** Flags that stand before the command, and hold for all of them. */
export const globalFlagTable = {
  "cdi-spec-dir": {
    type: "list",
    value: "PATH",
    complete: "directory",
    hidden: true,
    help: "Directory of specs of CDI devices, several of which may be given",
  },
  "cgroup-manager": { type: "string", choices: ["systemd", "cgroupfs"], help: "Cgroup manager to use" },
  config: {
    type: "string",
    value: "PATH",
    complete: "directory",
    hidden: true,
    help: "Directory of authentication files",
  },
  conmon: { type: "string", value: "PATH", hidden: true, help: "Ignored: tspod has its own monitor" },
  connection: { type: "string", short: "c", hidden: true, help: "Not supported: tspod has no remote mode" },
  context: { type: "string", hidden: true, help: "Not supported: tspod has no remote mode" },
  "cpu-profile": {
    type: "string",
    value: "PATH",
    complete: "file",
    hidden: true,
    help: "Not supported: use --trace",
  },
  "db-backend": {
    type: "string",
    value: "NAME",
    hidden: true,
    help: "Accepted without effect: there is no database",
  },
  debug: {
    type: "boolean",
    short: "D",
    hidden: true,
    help: "The same as --log-level=debug, as docker has it",
  },
  "default-mounts-file": {
    type: "string",
    value: "PATH",
    complete: "file",
    hidden: true,
    help: "File with mounts of all containers",
  },
  "events-backend": {
    type: "string",
    choices: ["file", "journald", "none"],
    refusal: (value) => `configuring runtime: "${value}" is not a valid events backend: invalid argument`,
    emptyIsAbsent: true,
    hidden: true,
    help: "Where events are kept: in a file, for journald too, or nowhere (none)",
  },
  help: { type: "boolean", short: "h", help: "Show this help" },
  "hooks-dir": {
    type: "list",
    value: "PATH",
    complete: "directory",
    hidden: true,
    help: "Directory of OCI hooks; of several a later one wins",
  },
  host: { type: "string", short: "H", hidden: true, help: "Not supported: tspod has no remote mode" },
  identity: { type: "string", hidden: true, help: "Not supported: tspod has no remote mode" },
  // Its values are checked in log.ts: podman compares them without regard to case.
  "log-level": {
    type: "string",
    value: "LEVEL",
    default: "warn",
    help: "Log messages above this level: trace, debug, info, warn, error, fatal, panic",
  },
  "max-workers": {
    type: "int",
    hidden: true,
    help: "Accepted without effect: tspod chooses how much it does at a time",
  },
  "memory-profile": {
    type: "string",
    value: "PATH",
    complete: "file",
    hidden: true,
    help: "Not supported: use --trace",
  },
  module: { type: "list", value: "PATH", hidden: true, help: "containers.conf module to load" },
  namespace: { type: "string", hidden: true, help: "Not supported, nor by Podman 5" },
  "network-backend": {
    type: "string",
    choices: ["netavark"],
    refusal: (value) =>
      `cni support is not enabled in this build, only netavark. Got unsupported network backend "${value}"`,
    emptyIsAbsent: true,
    hidden: true,
    help: "Accepted without effect: only netavark, by whose records networks are kept",
  },
  "network-cmd-path": {
    type: "string",
    value: "PATH",
    complete: "file",
    hidden: true,
    help: "Path of slirp4netns",
  },
  "network-config-dir": {
    type: "string",
    value: "PATH",
    complete: "directory",
    aliases: ["cni-config-dir"],
    hidden: true,
    help: "Directory of network configurations",
  },
  out: {
    type: "string",
    value: "FILE",
    complete: "file",
    help: "Write standard output to this file",
  },
  noout: { type: "boolean", help: "Print nothing on standard output" },
  "pull-option": {
    type: "list",
    value: "KEY=VALUE",
    hidden: true,
    help: "Accepted: layers are always fetched whole, and checked by their digests",
  },
  "registries-conf": {
    type: "string",
    value: "PATH",
    complete: "file",
    hidden: true,
    help: "File to read in place of registries.conf",
  },
  remote: { type: "boolean", short: "r", help: "Not supported: tspod has no remote mode" },
  root: {
    type: "string",
    value: "PATH",
    complete: "directory",
    help: "Directory of images, containers and volumes",
  },
  runroot: {
    type: "string",
    value: "PATH",
    complete: "directory",
    help: "Directory of what is gone after a reboot",
  },
  runtime: {
    type: "string",
    value: "NAME|PATH",
    complete: "file",
    help: "OCI runtime that runs containers: crun, runc, runsc, or a path",
  },
  "runtime-flag": {
    type: "list",
    value: "FLAG",
    help: "Global flag for the OCI runtime, without its leading dashes",
  },
  ssh: { type: "string", hidden: true, help: "Accepted without effect: tspod has no remote mode" },
  "storage-driver": { type: "string", value: "NAME", hidden: true, help: "Only overlay is there" },
  "storage-opt": {
    type: "list",
    value: "KEY=VALUE",
    help: "Storage option, such as overlay.imagestore=DIR: images are looked for there too",
  },
  syslog: { type: "boolean", hidden: true, help: "Ignored" },
  "tls-ca": {
    type: "string",
    value: "PATH",
    hidden: true,
    help: "Accepted without effect: tspod has no remote mode",
  },
  "tls-cert": {
    type: "string",
    value: "PATH",
    hidden: true,
    help: "Accepted without effect: tspod has no remote mode",
  },
  "tls-key": {
    type: "string",
    value: "PATH",
    hidden: true,
    help: "Accepted without effect: tspod has no remote mode",
  },
  tmpdir: {
    type: "string",
    value: "PATH",
    complete: "directory",
    hidden: true,
    help: "Directory of what is gone after a reboot, where --runroot is not given",
  },
  // The launcher looks for it, and only before the command: native/launcher/traced.c.
  trace: {
    type: "string",
    value: "FILE",
    complete: "file",
    help: "Trace the call into this file",
  },
  "transient-store": { type: "boolean", hidden: true, help: "Not supported: use --root on a tmpfs" },
  url: { type: "string", hidden: true, help: "Not supported: tspod has no remote mode" },
  version: { type: "boolean", short: "v", help: "Show the version" },
  volumepath: {
    type: "string",
    value: "PATH",
    complete: "directory",
    help: "Not supported: volumes are in the store, see --root",
  },
} as const satisfies FlagTable;

/** Values of the flags before the command. */
export type GlobalFlags = FlagValues<typeof globalFlagTable>;

/** Those that may also stand after the command: pflag's persistent ones, without a letter. Not --trace. */
export const persistentFlagTable: FlagTable = Object.fromEntries(
  Object.entries(globalFlagTable).filter(([name, flag]) => !("short" in flag) && name !== "trace"),
);

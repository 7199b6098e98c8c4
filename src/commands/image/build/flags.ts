import type { FlagTable, FlagValues } from "../../../cli/flags/flag.ts";
import { createFlags } from "../../flags/create/create-flags.ts";
import { platformFlags } from "../../flags/platform-flags.ts";
import { registryFlags, retryFlags } from "../../flags/registry-flags.ts";
import { ignoredFlags, unsupportedFlags } from "./refused-flags.ts";
import { userNamespaceFlags } from "./user-namespace.ts";

/** Flags of `run` that a build's RUN steps take, too. */
const RUN_FLAGS = [
  "add-host",
  "cap-add",
  "cap-drop",
  "cgroup-parent",
  "cgroupns",
  "cpu-period",
  "cpu-quota",
  "cpu-shares",
  "cpuset-cpus",
  "cpuset-mems",
  "device",
  "dns",
  "dns-option",
  "dns-search",
  "group-add",
  "http-proxy",
  "ipc",
  "memory",
  "memory-swap",
  "network",
  "no-hostname",
  "no-hosts",
  "pid",
  "security-opt",
  "shm-size",
  "ulimit",
  "uts",
  "volume",
] as const;

type RunFlag = (typeof RUN_FLAGS)[number];

export const runFlags = Object.fromEntries(RUN_FLAGS.map((name) => [name, createFlags[name]])) as Pick<
  typeof createFlags,
  RunFlag
>;

/** What a Dockerfile is read from and with. */
const inputFlags = {
  file: {
    type: "list",
    short: "f",
    value: "FILE",
    complete: "file",
    help: "Read the instructions from this file, - for standard input; several are joined",
  },
  target: { type: "string", value: "STAGE", help: "Build this stage, by name or number, and what it needs" },
  "build-arg": {
    type: "list",
    value: "NAME[=VALUE]",
    help: "Value of an ARG; NAME alone takes the caller's variable",
  },
  "build-arg-file": {
    type: "list",
    value: "FILE",
    complete: "file",
    help: "Read values of ARGs from a file, NAME=VALUE in each line",
  },
  "build-context": {
    type: "list",
    value: "NAME=SOURCE",
    help: "A further tree for FROM, COPY --from and mounts: a directory, a git repository, the URL of a tar, or docker-image://NAME",
  },
  from: { type: "string", value: "IMAGE", complete: "image", help: "Use this image for the first FROM" },
  ignorefile: {
    type: "string",
    value: "FILE",
    complete: "file",
    help: "Leave out what this file says, not what the context's own ignore file says",
  },
  pull: {
    type: "string",
    value: "POLICY",
    default: "missing",
    optionalValue: "always",
    help: "When to pull base images: missing, always, never, newer",
  },
  "pull-always": { type: "boolean", hidden: true, help: "As --pull=always" },
  "pull-never": { type: "boolean", hidden: true, help: "As --pull=never" },
  secret: {
    type: "list",
    value: "id=ID[,src=PATH|,env=NAME]",
    help: "A secret that RUN --mount=type=secret may show to a command",
  },
  "cpp-flag": {
    type: "list",
    value: "FLAG",
    help: "Give this flag to cpp, which a Dockerfile named *.in goes through",
  },
  ssh: {
    type: "list",
    value: "ID[=SOCKET|KEY,...]",
    help: "An SSH agent, or keys for one, that RUN --mount=type=ssh may show to a command",
  },
} as const satisfies FlagTable;

/** What the image is called and has. */
const outputFlags = {
  tag: {
    type: "list",
    short: "t",
    value: "NAME[:TAG]",
    help: "Name of the image; the first is the one that is reported",
  },
  format: { type: "string", value: "FORMAT", default: "oci", help: "Format of the image: oci or docker" },
  iidfile: { type: "string", value: "FILE", complete: "file", help: "Write the image's ID to this file" },
  "iidfile-raw": {
    type: "string",
    value: "FILE",
    complete: "file",
    help: "Write the image's ID to this file, without sha256: in front",
  },
  "metadata-file": {
    type: "string",
    value: "FILE",
    complete: "file",
    help: "Write the image's digests and names to this file, as JSON",
  },
  output: {
    type: "list",
    short: "o",
    value: "type=TYPE,dest=PATH",
    help: "Make something else of the result than an image: files (local), a tar, an archive (oci, docker), nothing (cacheonly)",
  },
  squash: { type: "boolean", help: "Make one layer of all that the build has made" },
  "squash-all": { type: "boolean", help: "Make one layer of all, those of the base image among them" },
  label: { type: "list", value: "NAME[=VALUE]", help: "Add a label to the image" },
  unsetlabel: { type: "list", split: true, value: "NAME", help: "Leave out a label that the base image has" },
  env: { type: "list", value: "NAME[=VALUE]", help: "Set a variable in all steps and the image" },
  unsetenv: { type: "list", split: true, value: "NAME", help: "Leave out a variable in the image" },
  annotation: { type: "list", value: "NAME=VALUE", help: "Add an annotation to the image's manifest" },
  unsetannotation: { type: "list", split: true, value: "NAME", help: "Leave out an inherited annotation" },
  "identity-label": { type: "boolean", default: true, help: "Add the label io.buildah.version" },
  "inherit-labels": { type: "boolean", default: true, help: "Keep the labels of the base image" },
  "inherit-annotations": { type: "boolean", default: true, help: "Keep the annotations of the base image" },
  "created-annotation": {
    type: "boolean",
    default: true,
    help: "Say in an annotation of the manifest when the image was made",
  },
  manifest: {
    type: "string",
    value: "LIST",
    complete: "image",
    help: "Add the image to this list of images, which is made where it is missing",
  },
  push: {
    type: "boolean",
    help: "Push the image, or the list of images, to the registries that its names say",
  },
  "os-version": {
    type: "string",
    value: "VERSION",
    help: "Version of the operating system that the image needs",
  },
  "os-feature": {
    type: "list",
    split: true,
    value: "FEATURE",
    help: "Feature of the operating system that the image needs; FEATURE- takes one of the base image away",
  },
  "omit-history": { type: "boolean", help: "Write no history into the image" },
  timestamp: {
    type: "int",
    value: "SECONDS",
    help: "Give the image, its history and all new files this time, in seconds since 1970",
  },
  "source-date-epoch": {
    type: "int",
    value: "SECONDS",
    help: "Give the image and its history this time, in seconds since 1970 (default: $SOURCE_DATE_EPOCH)",
  },
  "rewrite-timestamp": {
    type: "boolean",
    help: "Give new files that are later than --source-date-epoch that time",
  },
} as const satisfies FlagTable;

/** How it is built. */
const processFlags = {
  check: {
    type: "boolean",
    help: "Build nothing: say what in the Dockerfile is not wrong, but should not stay",
  },
  call: {
    type: "string",
    value: "METHOD",
    default: "build",
    choices: ["build", "check", "lint"],
    hidden: true,
    help: "What is done: build, or check as with --check",
  },
  "no-cache": { type: "boolean", help: "Do every step anew; what comes out is still kept for later builds" },
  "no-cache-filter": { type: "list", split: true, value: "STAGE", help: "Do the steps of these stages anew" },
  "cache-ttl": { type: "string", value: "DURATION", help: "Take nothing from the cache that is older" },
  layers: { type: "boolean", default: true, help: "Keep each step in the cache, as a layer of its own" },
  jobs: {
    type: "int",
    unsigned: true,
    value: "N",
    help: "How many stages are built at once, 0 for no bound (default: as many as there are processors, 4 at least)",
  },
  ...userNamespaceFlags,
  "skip-unused-stages": { type: "boolean", default: true, help: "Build only the stages that are needed" },
  quiet: {
    type: "boolean",
    short: "q",
    help: "Print no steps nor what commands print to stdout, only the image's ID",
  },
  allow: {
    type: "list",
    split: true,
    value: "RIGHT",
    help: "Allow RUN something: network.host, or security.insecure",
  },
  stdin: { type: "boolean", help: "Give RUN steps the caller's standard input" },
  platform: {
    type: "list",
    split: true,
    value: "OS[/ARCH[/VARIANT]]",
    help: "Build for this platform; for each one if there are several, which makes a list of images",
  },
  "all-platforms": {
    type: "boolean",
    help: "Build for all platforms that the base images have, which makes a list of images",
  },
  logfile: {
    type: "string",
    value: "FILE",
    complete: "file",
    help: "Write to this file, not to standard output and error, what the build prints",
  },
  logsplit: {
    type: "boolean",
    help: "With --logfile and several platforms write a file for each: FILE_OS_ARCH",
  },
  "cache-from": {
    type: "list",
    value: "SOURCE",
    help: "Take steps also from a cache that --cache-to has written: NAME in a registry, or type=local,src=DIRECTORY",
  },
  "cache-to": {
    type: "list",
    value: "DESTINATION",
    help: "Write the steps of this build to a cache: NAME in a registry, or type=local,dest=DIRECTORY; mode=min leaves out stages that the image does not have",
  },
  "log-rusage": {
    type: "boolean",
    hidden: true,
    help: "Print after each step the time and the input and output that it has taken",
  },
  "rusage-logfile": {
    type: "string",
    value: "FILE",
    complete: "file",
    hidden: true,
    help: "Append to this file what --log-rusage prints",
  },
  progress: {
    type: "string",
    value: "TYPE",
    default: "auto",
    choices: ["auto", "plain", "tty", "rawjson", "none", "quiet"],
    help: "How the build is shown: auto is tty on a terminal and plain elsewhere; rawjson prints BuildKit's records",
  },
  graph: {
    type: "string",
    value: "FORMAT",
    choices: ["text", "dot", "svg"],
    help: "Print at the end the stages, what they need and how long they took: as text, dot or svg",
  },
} as const satisfies FlagTable;

export const buildFlags = {
  ...inputFlags,
  ...outputFlags,
  ...processFlags,
  ...runFlags,
  arch: platformFlags.arch,
  os: platformFlags.os,
  variant: platformFlags.variant,
  ...registryFlags,
  ...retryFlags,
  ...ignoredFlags,
} as const satisfies FlagTable;

/** With those that are only there to be refused. */
export const allBuildFlags = { ...buildFlags, ...unsupportedFlags } as const satisfies FlagTable;

export type BuildFlags = FlagValues<typeof buildFlags>;

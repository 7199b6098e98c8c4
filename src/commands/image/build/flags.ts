import type { FlagTable, FlagValues } from "../../../cli/flags/flag.ts";
import { createFlags } from "../../flags/create/create-flags.ts";
import { platformFlags } from "../../flags/platform-flags.ts";
import { registryFlags, retryFlags } from "../../flags/registry-flags.ts";

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
    help: "A further tree for FROM, COPY --from and mounts: a directory or docker-image://NAME",
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
  unsetlabel: { type: "list", value: "NAME", help: "Leave out a label that the base image has" },
  env: { type: "list", value: "NAME[=VALUE]", help: "Set a variable in all steps and the image" },
  unsetenv: { type: "list", value: "NAME", help: "Leave out a variable in the image" },
  annotation: { type: "list", value: "NAME=VALUE", help: "Add an annotation to the image's manifest" },
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
  "skip-unused-stages": { type: "boolean", default: true, help: "Build only the stages that are needed" },
  quiet: { type: "boolean", short: "q", help: "Print no steps, only what commands print and the image's ID" },
  allow: {
    type: "list",
    split: true,
    value: "RIGHT",
    help: "Allow RUN something: network.host, or security.insecure",
  },
  stdin: { type: "boolean", help: "Give RUN steps the caller's standard input" },
} as const satisfies FlagTable;

/** Podman's, or Docker's, and without an effect here. */
const ignoredFlags = {
  compress: { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
  "disable-compression": {
    type: "boolean",
    short: "D",
    default: true,
    hidden: true,
    help: "Ignored: a build compresses nothing",
  },
  "disable-content-trust": { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
  load: { type: "boolean", hidden: true, help: "Ignored: the image is always in the store" },
  rm: { type: "boolean", default: true, hidden: true, help: "Ignored: a build leaves no containers" },
  "force-rm": { type: "boolean", default: true, hidden: true, help: "Ignored: a build leaves no containers" },
  isolation: {
    type: "string",
    value: "TYPE",
    hidden: true,
    help: "Ignored: RUN has an OCI runtime, rootless",
  },
  progress: { type: "string", value: "TYPE", hidden: true, help: "Ignored: lines as Podman prints them" },
  "identity-label": { type: "boolean", default: true, hidden: true, help: "Ignored: no such label is made" },
} as const satisfies FlagTable;

/** Podman's and Docker's that are not there yet: each is refused by name, with the reason. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  "all-platforms": "build for one platform at a time, with --platform",
  attest: "no attestations are made",
  "cache-from": "the cache is kept in the store only",
  "cache-to": "the cache is kept in the store only",
  cw: "confidential workloads are not built",
  "decryption-key": "encrypted images are not read",
  logfile: "redirect the output",
  manifest: "use tspod manifest add when the image is built",
  push: "use tspod push when the image is built",
  sbom: "no scanner is run",
  "sign-by": "use tspod push --sign-by, or image sign",
  "source-policy-file": "policy.json is what decides on images",
  userns: "RUN steps have the user namespace of the build",
};

const unsupportedFlags = Object.fromEntries(
  Object.keys(UNSUPPORTED).map((name) => [
    name,
    { type: "string", value: "VALUE", optionalValue: "true", hidden: true, help: "Not supported" },
  ]),
) satisfies FlagTable;

export const buildFlags = {
  ...inputFlags,
  ...outputFlags,
  ...processFlags,
  ...runFlags,
  ...platformFlags,
  ...registryFlags,
  ...retryFlags,
  ...ignoredFlags,
} as const satisfies FlagTable;

/** With those that are only there to be refused. */
export const allBuildFlags = { ...buildFlags, ...unsupportedFlags } as const satisfies FlagTable;

export type BuildFlags = FlagValues<typeof buildFlags>;

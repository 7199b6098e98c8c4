import { type Dirent, existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { shellWord } from "../../../../cli/output/shell-word.ts";
import { BPF_ANNOTATION } from "../../../../container/runtime/seccomp-cache.ts";
import { readCommonFacts } from "../../../../container/start/read-host-facts.ts";
import type { ContainerPaths } from "../../../../container/state/paths.ts";
import type { AttachedNetwork } from "../../../../network/attached-network.ts";
import type { IdMapEntry } from "../../../../oci/id-maps.ts";
import type { RuntimeSpec } from "../../../../oci/runtime-spec.ts";
import type { ContainerRecord } from "../../../../options/container-record.ts";
import { argumentsOf, type PlanKey, type PlanRecord } from "../../../../protocol/plan.ts";
import { bridgeLines, withoutGateways } from "./bridge-script.ts";
import { forwardLine, requestLine } from "./forward-line.ts";
import { INSIDE } from "./inside.ts";

/** A container as it would be, and the plan of its monitor. */
export interface PlannedContainer {
  readonly record: ContainerRecord;
  readonly paths: ContainerPaths;
  readonly steps: readonly PlanRecord[];
  readonly spec: RuntimeSpec;
  /** Networks with names that it would be in. */
  readonly networks: readonly AttachedNetwork[];
}

/** Takes the place of the container's directory, and of the process that holds the namespaces. */
const WORK = "@WORK@";
const HOLDER = "@HOLDER@";
/** Name of the runtime spec below the container's directory. */
const CONFIG = "bundle/config.json";

/**
 * A script for sh(1) that runs the container with newuidmap, mount, slirp4netns and the runtime alone (and
 * util-linux's unshare and nsenter, to be in their namespaces). Its directory is made anew at each run.
 * @param argv the command line that it stands for
 */
export function planScript(planned: PlannedContainer, argv: readonly string[]): string {
  const relocate = relocator(planned);
  const records = (key: PlanKey) => argumentsOf(planned.steps, key);
  // DIR, the holder's PROGRAM, its DIRECTORY and MANAGER stand before it: native/network/main.c
  const slirp = records("network-holder")[0]?.slice(4);
  const ownNetwork = records("netns").length > 0;
  const socket = expanded(relocate(records("network-api")[0]?.[0] ?? ""));
  return [
    "#!/bin/sh",
    `# What this does:  ${argv
      .filter((word) => !word.startsWith("--dry-run"))
      .map(shellWord)
      .join(" ")}`,
    preparation(ownNetwork),
    ...idMapLines(),
    FILES_BEGIN,
    ...fileLines(planned, relocate),
    "",
    "# The root filesystem.",
    ...records("prepare").map((words) => `inside ${words.map((word) => expanded(relocate(word))).join(" ")}`),
    ...records("mount").map((args) => mountLine(args.map(relocate))),
    ...records("symlink").map((args) => symlinkLine(args.map(relocate))),
    ...records("subpath").flatMap((args) => subpathLines(args.map(relocate))),
    ...records("network").flatMap((words) => networkLines(words.map(relocate))),
    ...records("network-request").map(([request = ""]) => requestLine(request, socket)),
    ...relayedLines(records("network-relay")[0]?.slice(3), socket),
    ...(slirp === undefined
      ? []
      : bridgeLines({ ...planned, ports: planned.record.options.network.ports, slirp })),
    "",
    ...containerLines(
      `inside ${runtimeWords(records("create")[0] ?? [])
        .map((word) => expanded(relocate(word)))
        .join(" ")}`,
      { tty: planned.spec.process.terminal === true, stdin: records("stdin").length > 0 },
    ),
    "",
  ].join("\n");
}

/**
 * The runtime makes the container's user the owner of its stdio: but for a terminal these are pipes, as in a
 * run.
 */
function containerLines(runtime: string, { tty, stdin }: { tty: boolean; stdin: boolean }): string[] {
  if (tty) return ["# The container.", runtime];
  return [
    "# The container. Files for its stdio would be its user's afterwards: it has pipes.",
    'mkfifo "$work/stdin" "$work/stdout" "$work/stderr"',
    'cat <"$work/stdout" &',
    "stdout=$!",
    'cat <"$work/stderr" >&2 &',
    "stderr=$!",
    ...(stdin
      ? ["exec 3<&0", 'if [ -f /dev/stdin ]; then cat <&3 >"$work/stdin" & exec <"$work/stdin"; fi']
      : ["exec </dev/null"]),
    "code=0",
    `${runtime} 3<&- >"$work/stdout" 2>"$work/stderr" || code=$?`,
    'wait "$stdout" "$stderr"',
    'exit "$code"',
  ];
}

function preparation(ownNetwork: boolean): string {
  return `set -eu
work=$(mktemp -d)
holder= network= shared=
clean_up() {
  [ -z "$network" ] || kill "$network" 2>/dev/null || :
  [ -z "$shared" ] || kill "$shared" 2>/dev/null || :
  # Where nothing is mounted: what is, must stay.
  [ -z "$holder" ] || nsenter --target "$holder" --user --setuid 0 --setgid 0 -- rm -rf "$work" || :
  [ -z "$holder" ] || kill "$holder" 2>/dev/null || :
}
trap clean_up EXIT
inside() { ${INSIDE} "$@"; }

# Namespaces with this user's subordinate ids. They last as long as the process that holds them.
unshare --user --mount${ownNetwork ? " --net" : ""} --propagation private sleep 2147483647 &
holder=$!
until [ "$(readlink "/proc/$holder/ns/mnt")" != "$(readlink /proc/$$/ns/mnt)" ]; do sleep 0.01; done`;
}

const FILES_BEGIN = `
# The bundle, and the files of the container's own.
put() {
  mkdir -p "$work/$(dirname "$1")"
  sed -e "s|${WORK}|$work|g" -e "s|${HOLDER}|$holder|g" >"$work/$1"
}`;

function idMapLines(): string[] {
  const { uidMap, gidMap } = readCommonFacts();
  const words = (map: readonly IdMapEntry[]): string =>
    map.map(({ containerId, hostId, size }) => `${containerId} ${hostId} ${size}`).join(" ");
  return [`newuidmap "$holder" ${words(uidMap)}`, `newgidmap "$holder" ${words(gidMap)}`];
}

/** Paths that are this container's become those of the script's own directory. */
function relocator({ paths, networks }: PlannedContainer): (text: string) => string {
  const named = withoutGateways(networks);
  return (text) =>
    named(text)
      .replaceAll(paths.netns, `/proc/${HOLDER}/ns/net`)
      .replaceAll(paths.runtime, `${WORK}/run`)
      .replaceAll(paths.directory, WORK)
      // As mounts that have a current directory, that of the layers, name it.
      .replaceAll(`../containers/${basename(paths.directory)}`, WORK);
}

/**
 * Everything that stands in the container's directories: config.json, hosts, links to layers, what is mounted
 * on.
 */
function fileLines({ paths, spec }: PlannedContainer, relocate: (text: string) => string): string[] {
  const lines = ['mkdir -p "$work/run/exec"'];
  for (const [root, place] of [
    [paths.directory, ""],
    [paths.runtime, "run"],
  ] as const)
    for (const entry of entriesBelow(root)) lines.push(...entryLines(entry, { root, place, relocate, spec }));
  return lines;
}

/** Only some containers have something in their runtime directory before they start. */
function entriesBelow(root: string): Dirent[] {
  return existsSync(root) ? readdirSync(root, { recursive: true, withFileTypes: true }) : [];
}

interface EntrySurroundings {
  /** The directory that the entry is below, and what it is in the script's own. */
  readonly root: string;
  readonly place: string;
  readonly relocate: (text: string) => string;
  readonly spec: RuntimeSpec;
}

function entryLines(entry: Dirent, { root, place, relocate, spec }: EntrySurroundings): string[] {
  const path = join(entry.parentPath, entry.name);
  const name = join(place, relative(root, path));
  if (name === "container.json") return [];
  if (entry.isDirectory()) return [`mkdir -p "$work"/${shellWord(name)}`];
  if (entry.isSymbolicLink())
    return [
      `mkdir -p "$(dirname "$work"/${shellWord(name)})"; ln -s ${shellWord(absoluteTarget(path))} "$work"/${shellWord(name)}`,
    ];
  const content = relocate(name === CONFIG ? specText(spec) : readFileSync(path, "utf8"));
  return [`put ${shellWord(name)} <<'END-OF-FILE'`, content.replace(/\n$/, ""), "END-OF-FILE"];
}

/** Without the compiled seccomp filter, 20 kB of base64: the runtime compiles it from the spec. */
function specText(spec: RuntimeSpec): string {
  const { [BPF_ANNOTATION]: _, ...annotations } = spec.annotations ?? {};
  return JSON.stringify({ ...spec, annotations });
}

function absoluteTarget(link: string): string {
  return join(link, "..", readlinkSync(link));
}

/** Lower directories are named relative to a directory, since mount(2) takes one page of options. */
function mountLine([source = "", target = "", type = "", flags = "", data = "", cwd = ""]: string[]): string {
  const MS_BIND = 4096;
  const how = Number(flags) & MS_BIND ? ["--rbind"] : ["-t", type];
  const words = ["mount", ...how, ...(data === "" ? [] : ["-o", data]), source || "none", target];
  const line = words.map(expanded).join(" ");
  return cwd === ""
    ? `inside ${line}`
    : `inside sh -c 'cd "$1" && shift && "$@"' sh ${expanded(cwd)} ${line}`;
}

/**
 * Unlike the monitor, a script can't mount by a descriptor: a process that may swap a symlink in there may
 * mislead it.
 */
function subpathLines([root = "", path = "", target = ""]: string[]): string[] {
  const source = expanded(join(root, path));
  const place = expanded(target);
  return [
    `inside sh -c 'if [ -d "$1" ]; then mkdir -p "$2"; else mkdir -p "$(dirname "$2")" && : >"$2"; fi' sh ${source} ${place}`,
    `inside mount --rbind ${source} ${place}`,
  ];
}

/** Not below a directory that is a symlink, which would lead the script out of the root filesystem. */
function symlinkLine([
  root = "",
  directory = "",
  name = "",
  text = "",
  uid = "",
  gid = "",
]: string[]): string {
  const test = `if [ ! -L "$1" ] && [ ! -e "$1/$2" ] && [ ! -L "$1/$2" ]`;
  const make = `mkdir -p "$1" && ln -s "$3" "$1/$2" && chown -h "$4" "$1/$2"`;
  const words = [join(root, directory), name, text, `${uid}:${gid}`].map(expanded).join(" ");
  return `inside sh -c '${test}; then ${make}; fi' sh ${words}`;
}

/**
 * The descriptor that closes at the end is not needed: the script kills it. The monitor runs it in DIR, where
 * its socket goes.
 */
function networkLines(words: readonly string[]): string[] {
  const exit = words.indexOf("-e");
  const socket = words.indexOf("--api-socket") + 1;
  const kept = words
    .map((word, index) => (index > 0 && index === socket ? `${WORK}/run/${word}` : word))
    .filter((_, index) => exit < 0 || (index !== exit && index !== exit + 1));
  return [
    "",
    "# The network. One byte on descriptor 3 says that it is there.",
    `${INSIDE} ${kept.map(expanded).join(" ")} 3>"$work/ready" >/dev/null 2>&1 &`,
    "network=$!",
    'until [ -s "$work/ready" ]; do kill -0 "$network"; sleep 0.01; done',
  ];
}

/** slirp4netns serves in its place what a process of tspod's would: `tcp,127.0.0.1,8080,10.0.2.100,80`. */
function relayedLines(forwards: readonly string[] | undefined, socket: string): string[] {
  return (forwards ?? [])
    .map((forward) => forward.split(","))
    .filter(([protocol, hostIp]) => protocol === "tcp" && !hostIp?.includes(":"))
    .map(([protocol = "", hostIp = "", hostPort, containerIp = "", containerPort]) =>
      forwardLine(
        {
          protocol,
          hostIp,
          hostPort: Number(hostPort),
          containerIp,
          containerPort: Number(containerPort),
        },
        socket,
      ),
    );
}

/**
 * The plan's \`create\` as a \`run\`: here nothing has to happen between the two, and the terminal is the
 * script's own.
 */
function runtimeWords(words: readonly string[]): string[] {
  const create = words.indexOf("create");
  const bundle = words.indexOf("--bundle");
  const [id = ""] = words.slice(-1);
  return [...words.slice(0, create), "run", "--bundle", words[bundle + 1] ?? "", id];
}

/** A word in which the two marks stand for what the script knows. */
function expanded(word: string): string {
  if (!word.includes(WORK) && !word.includes(HOLDER)) return shellWord(word);
  const text = word.replaceAll(/["$`\\]/g, "\\$&");
  return `"${text.replaceAll(WORK, "$work").replaceAll(HOLDER, "$holder")}"`;
}

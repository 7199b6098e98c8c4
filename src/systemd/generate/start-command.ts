import { unitArgument } from "../unit-file/quote.ts";
import type { CreateCommand, UnitOptions } from "./unit-options.ts";

/** Where the unit keeps the container's ID. */
export const CID_FILE = "%t/%n.ctr-id";

/** Flags that the unit sets itself. */
const SET_BY_UNIT = ["--rm", "--cgroups", "--cidfile", "--restart"];

/** Flags that the pod's unit has set. */
const SET_BY_POD = ["--pod", "--pod-id-file"];

export interface StartCommandOptions extends Pick<UnitOptions, "template"> {
  readonly program: string;
  readonly serviceName: string;
  /** Of a pod's container, with systemd's specifiers. */
  readonly podIdFile?: string | undefined;
}

/** ExecStart's words, quoted: the command that made the container, fit for a unit that makes it anew. */
export function startCommand(command: CreateCommand, options: StartCommandOptions): string[] {
  const quoted = (words: readonly string[]): string[] => words.map((word) => unitArgument(word));
  const { podIdFile } = options;
  const withFile = [
    `--cidfile=${CID_FILE}`,
    "--cgroups=no-conmon",
    "--rm",
    ...(podIdFile === undefined ? [] : ["--pod-id-file", podIdFile]),
    ...quoted(addedFlags(command)),
    ...quoted(keptFlags(command, podIdFile === undefined ? SET_BY_UNIT : [...SET_BY_UNIT, ...SET_BY_POD])),
  ];
  return [
    ...quoted([options.program, ...command.globalArguments, "run"]),
    ...(options.template ? nameInstance(withFile, options.serviceName) : withFile),
    ...quoted(command.operands),
  ];
}

function addedFlags({ detach, replace, named, sdnotify }: CreateCommand): string[] {
  return [
    // Almost no program sends READY by itself; with none to wait for, the unit would never be started.
    ...(sdnotify === undefined || sdnotify === "ignore" ? ["--sdnotify=conmon"] : []),
    ...(detach ? [] : ["-d"]),
    // After a crash the container may still be there.
    ...(named && !replace ? ["--replace"] : []),
  ];
}

/** The flags as typed, without those that the unit sets, or that would undo what it sets. */
function keptFlags(
  { flagArguments, sdnotify, detach, named, replace }: CreateCommand,
  set: readonly string[],
): string[] {
  const dropped = sdnotify === "ignore" ? [...set, "--sdnotify"] : set;
  const undoing = [
    ...(detach ? [] : ["-d=false", "--detach=false"]),
    ...(named && !replace ? ["--replace=false"] : []),
  ];
  const kept: string[] = [];
  for (let at = 0; at < flagArguments.length; at++) {
    const word = flagArguments[at] ?? "";
    if (dropped.includes(word)) at += word === "--rm" ? 0 : 1;
    else if (!undoing.includes(word) && !dropped.some((flag) => word.startsWith(`${flag}=`))) kept.push(word);
  }
  return kept;
}

/** Instances must not share a name: the instance becomes part of it. */
function nameInstance(flags: readonly string[], serviceName: string): string[] {
  const at = flags.findIndex((word) => word === "--name" || word.startsWith("--name="));
  if (at < 0) return [`--name=${serviceName}-%i`, ...flags];
  const value = flags[at] === "--name" ? at + 1 : at;
  return flags.with(value, `${flags[value]}-%i`);
}

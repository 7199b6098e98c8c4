import { TspodError } from "../../errors.ts";
import { unitArgument } from "../unit-file/quote.ts";
import type { CreateCommand, UnitOptions } from "./unit-options.ts";

/** Where the unit keeps the container's ID. */
export const CID_FILE = "%t/%n.ctr-id";

/** Flags that the unit sets itself. */
const SET_BY_UNIT = ["--rm", "--cgroups", "--cidfile", "--restart"];

export interface StartCommandOptions extends Pick<UnitOptions, "template"> {
  readonly program: string;
  readonly serviceName: string;
}

/**
 * ExecStart's words, quoted: the command that made the container, fit for a unit that makes it anew.
 * @throws {TspodError} If a template asks for a name where there is no place for one.
 */
export function startCommand(command: CreateCommand, options: StartCommandOptions): string[] {
  const words = [
    options.program,
    ...command.globalArguments,
    "run",
    ...addedFlags(command),
    ...keptFlags(command),
    ...command.operands,
  ];
  const quoted = words.map((word) => unitArgument(word));
  const withFile = quoted.toSpliced(quoted.indexOf("run", 1) + 1, 0, `--cidfile=${CID_FILE}`);
  return options.template ? nameInstance(withFile, options.serviceName) : withFile;
}

function addedFlags({ detach, replace, named, sdnotify }: CreateCommand): string[] {
  return [
    "--cgroups=no-conmon",
    "--rm",
    // Almost no program sends READY by itself; with none to wait for, the unit would never be started.
    ...(sdnotify === undefined || sdnotify === "ignore" ? ["--sdnotify=conmon"] : []),
    ...(detach ? [] : ["-d"]),
    // After a crash the container may still be there.
    ...(named && !replace ? ["--replace"] : []),
  ];
}

/** The flags as typed, without those that the unit sets, or that would undo what it sets. */
function keptFlags({ flagArguments, sdnotify, detach, named, replace }: CreateCommand): string[] {
  const dropped = sdnotify === "ignore" ? [...SET_BY_UNIT, "--sdnotify"] : SET_BY_UNIT;
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
function nameInstance(words: readonly string[], serviceName: string): string[] {
  const at = words.findIndex((word) => word === "--name" || word.startsWith("--name="));
  if (at < 0) {
    const run = words.indexOf("run", 1);
    if (run < 0) throw new TspodError('"run" is missing in the command arguments');
    return words.toSpliced(run + 1, 0, `--name=${serviceName}-%i`);
  }
  const value = words[at] === "--name" ? at + 1 : at;
  return words.with(value, `${words[value]}-%i`);
}

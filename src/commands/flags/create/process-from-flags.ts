import { posix } from "node:path";
import { TspodError } from "../../../errors.ts";
import { parseSignal } from "../../../oci/signal.ts";
import type { ProcessOptions } from "../../../options/create-options.ts";
import { isSystemdMode } from "../../../spec/generate/process.ts";
import type { CreateContext } from "./create-context.ts";
import type { CreateFlags } from "./create-flags.ts";
import { envFromFlags } from "./env-from-flags.ts";

/** What systemd takes for "power off". */
const SYSTEMD_STOP_SIGNAL = "SIGRTMIN+3";

/** @throws {TspodError} If a value can't be read, or there is nothing to run. */
export function processFromFlags(
  flags: CreateFlags,
  args: readonly string[],
  context: CreateContext,
): ProcessOptions {
  const { image } = context;
  const what = commandFromFlags(flags.entrypoint, args, context);
  const systemd = parseSystemd(flags.systemd);
  const isSystemd = isSystemdMode({ process: { systemd, ...what } });
  const stopSignal =
    flags["stop-signal"] ?? image.StopSignal ?? (isSystemd ? SYSTEMD_STOP_SIGNAL : "SIGTERM");
  return {
    ...what,
    env: envFromFlags(flags, context),
    user: flags.user ?? image.User ?? "",
    groups: parseGroups(flags["group-add"]),
    ...workdir(flags.workdir, image.WorkingDir),
    tty: flags.tty,
    openStdin: flags.interactive,
    init: flags.init,
    ...(flags["init-path"] !== undefined && { initPath: flags["init-path"] }),
    umask: parseUmask(flags.umask),
    systemd,
    stopSignal: parseSignal(stopSignal === "" ? "SIGTERM" : stopSignal).name,
    stopTimeout: flags["stop-timeout"],
    timeout: flags.timeout ?? 0,
    ...(flags["oom-score-adj"] !== undefined && { oomScoreAdj: parseOomScore(flags["oom-score-adj"]) }),
    ...(flags.personality !== undefined && { personality: parsePersonality(flags.personality) }),
  };
}

function parseGroups(groups: readonly string[]): readonly string[] {
  if (groups.length < 2 || !groups.includes("keep-groups")) return groups;
  throw new TspodError(
    "the '--group-add keep-groups' option is not allowed with any other --group-add options",
  );
}

/**
 * --entrypoint drops the image's Cmd too; arguments after the image take its place. There may be nothing to
 * run: a container can be made for its files alone.
 */
function commandFromFlags(
  entrypoint: string | undefined,
  args: readonly string[],
  { image }: CreateContext,
): { entrypoint: readonly string[]; command: readonly string[] } {
  const words = entrypoint === undefined ? (image.Entrypoint ?? []) : parseEntrypoint(entrypoint);
  const useImageCmd = args.length === 0 && entrypoint === undefined;
  return {
    entrypoint: words.length === 1 && words[0] === "" ? [] : words,
    command: useImageCmd ? (image.Cmd ?? []) : args,
  };
}

/** One program, or a JSON array of words; an empty text stands for none. */
function parseEntrypoint(text: string): string[] {
  if (text.startsWith("[")) {
    try {
      const value: unknown = JSON.parse(text);
      if (Array.isArray(value) && value.every((word) => typeof word === "string")) return value;
    } catch {
      // As podman: what is no JSON is a program's name.
    }
  }
  return text === "" ? [] : [text];
}

function workdir(
  flag: string | undefined,
  image: string | undefined,
): Pick<ProcessOptions, "workdir" | "workdirExplicit"> {
  const asked = flag === "" ? undefined : flag;
  const path = asked ?? (image === undefined || image === "" ? "/" : image);
  if (asked !== undefined && !path.startsWith("/")) {
    throw new TspodError(`the working directory "${path}" is invalid, it needs to be an absolute path`);
  }
  return { workdir: posix.resolve("/", path), workdirExplicit: asked !== undefined };
}

function parseSystemd(text: string): ProcessOptions["systemd"] {
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "false" || lower === "always") return lower;
  throw new TspodError(
    'invalid config provided: --systemd values must be one of "true, false, always": invalid configuration',
  );
}

function parseUmask(text: string): string {
  if (/^[0-7]{1,4}$/.test(text)) return text;
  throw new TspodError(`running container create option: invalid umask string ${text}: invalid argument`);
}

function parseOomScore(score: number): number {
  if (score >= -1000 && score <= 1000) return score;
  throw new TspodError(`invalid --oom-score-adj ${score}: must be between -1000 and 1000`);
}

function parsePersonality(text: string): "LINUX" | "LINUX32" {
  if (text === "LINUX" || text === "LINUX32") return text;
  throw new TspodError(`unknown personality "${text}": must be LINUX or LINUX32`);
}

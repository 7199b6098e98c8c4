import { readFileSync } from "node:fs";
import type { Call } from "../../../cli/define-command.ts";
import { defaultValues } from "../../../config/default-values.ts";
import { knownRuntimes } from "../../../config/known-runtimes.ts";
import { defaultLogDriver } from "../../../container/create/default-log-driver.ts";
import { ownIdMaps, subordinateIds } from "../../../container/create/subordinate-ids.ts";
import { hostRuntime } from "../../../system/host-runtime.ts";
import type { CreateSurroundings } from "./create-context.ts";

type SurroundingCall = Pick<Call, "env" | "cwd" | "given" | "conf" | "launch">;

/** What the flags of a call are read against, but for the image. */
export function surroundingsOf({
  env,
  cwd,
  given,
  conf,
  launch,
}: SurroundingCall): Omit<CreateSurroundings, "image"> {
  return {
    env,
    cwd,
    given,
    defaults: defaultValues(conf),
    logDriver: defaultLogDriver({ env, uid: launch.uid }),
    readFile: onceForEach((path) => readFileSync(path, "utf8")),
    subordinateIds,
    ownIdMaps,
  };
}

/**
 * The runtime that a call asks for.
 * @throws {NotFoundError} If it is not installed.
 */
export function runtimeOf({ env, conf, globalFlags }: Pick<Call, "env" | "conf" | "globalFlags">) {
  return hostRuntime(globalFlags.runtime, { path: env.PATH, known: knownRuntimes(conf) });
}

/** The flags are read twice, but a pipe (`--env-file <(…)`) gives its text only once. */
function onceForEach(read: (path: string) => string): (path: string) => string {
  const texts = new Map<string, string>();
  return (path) => {
    const text = texts.get(path) ?? read(path);
    texts.set(path, text);
    return text;
  };
}

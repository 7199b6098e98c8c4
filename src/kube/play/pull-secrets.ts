import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import { makeTmpDirectory } from "../../storage/tmp-directory.ts";
import type { Keys } from "../plan/facts.ts";
import type { Workload } from "../plan/workloads.ts";
import { placeText } from "../read/document.ts";
import type { PlayEngine } from "./play-options.ts";

/**
 * The credentials of a pod's imagePullSecrets, in a file for as long as the pull takes. Without any, no file.
 * @throws {TspodError} If one is no secret with credentials of registries.
 */
export function pullSecretFile(
  engine: PlayEngine,
  workload: Workload,
  secrets: ReadonlyMap<string, Keys>,
): Disposable & { readonly path: string | undefined } {
  const names = (workload.spec.imagePullSecrets ?? []).map(({ name }) => name).filter((name) => name !== "");
  const auths = names.flatMap((name) => {
    const keys = secrets.get(name);
    const where = placeText(workload.document, [...workload.path, "imagePullSecrets"]);
    if (keys !== undefined) return [authsOf(keys, `${where}: secret "${name}"`)];
    // As a cluster: the pull may do without.
    engine.warn(`${where}: there is no secret "${name}"`);
    return [];
  });
  if (auths.length === 0) return { path: undefined, [Symbol.dispose]: () => undefined };
  const directory = makeTmpDirectory(engine.store, "auth");
  const path = join(directory.path, "auth.json");
  writeFileSync(path, JSON.stringify({ auths: Object.assign({}, ...auths) }), { mode: 0o600 });
  return { path, [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

function authsOf(keys: Keys, where: string): object {
  const bytes = keys.get(".dockerconfigjson") ?? keys.get(".dockercfg");
  if (bytes === undefined) throw new TspodError(`${where} has no .dockerconfigjson`);
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (typeof value === "object" && value !== null)
      return "auths" in value && typeof value.auths === "object" && value.auths !== null
        ? value.auths
        : value;
  } catch {
    // said below
  }
  throw new TspodError(`${where}: its .dockerconfigjson is no JSON object`);
}

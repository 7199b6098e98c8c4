import { TspodError } from "../../errors.ts";
import { type ExitPolicy, POD_NAMESPACES, type PodNamespace } from "../pod-record.ts";

const DEFAULT: readonly PodNamespace[] = ["ipc", "net", "uts"];

/**
 * `--share`: namespaces with commas between; with a `+` before it one that is shared beside the default ones;
 * `none` or nothing at all.
 * @throws {TspodError} In Podman's words, if one is none that can be shared.
 */
export function parseShare(text: string): readonly PodNamespace[] {
  const adds = text.startsWith("+");
  const names = (adds ? text.slice(1) : text).split(",").filter((name) => name !== "" && name !== "none");
  const bad = names.find((name) => !isPodNamespace(name));
  if (bad !== undefined)
    throw new TspodError(
      `invalid kernel namespace to share: ${bad}. Options are: cgroup, ipc, net, pid, uts or none`,
    );
  const shared = new Set([...(adds ? DEFAULT : []), ...names.filter(isPodNamespace)]);
  return [...shared].sort();
}

function isPodNamespace(name: string): name is PodNamespace {
  return POD_NAMESPACES.some((known) => known === name);
}

/** `--exit-policy`; empty is the default. @throws {TspodError} If it is none. */
export function parseExitPolicy(text: string): ExitPolicy {
  if (text === "") return "continue";
  if (text === "continue" || text === "stop") return text;
  throw new TspodError(`running pod create option: invalid pod exit policy: "${text}"`);
}

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ContainerPlace } from "../../../container/state/list.ts";
import { TspodError } from "../../../errors.ts";
import { isSystemError, systemErrorReason } from "../../../os/system-error.ts";
import { findPod, latestPod, listPods, NoSuchPodError, type Pod } from "../../../pod/state/pods.ts";

/** Flags that say which pods a command works on. */
export const podSelectionFlags = {
  all: { type: "boolean", short: "a", help: "All pods" },
  latest: { type: "boolean", short: "l", help: "Act on the latest pod that was created" },
  "pod-id-file": { type: "list", value: "FILE", complete: "file", help: "Read the pod's ID from the file" },
  ignore: { type: "boolean", short: "i", help: "Ignore pods that are not there" },
} as const;

/** A pod, and what the user called it. */
export interface SelectedPod {
  readonly operand: string;
  readonly pod: Pod;
}

interface SelectingCall {
  readonly cwd: string;
  readonly operands: readonly string[];
  readonly flags: {
    readonly all?: boolean;
    readonly latest?: boolean;
    readonly ignore?: boolean;
    readonly "pod-id-file"?: readonly string[];
  };
}

/** Either names or a flag that selects, in Podman's words. */
export function podsOrSelection({ flags, operands }: Omit<SelectingCall, "cwd">): string | undefined {
  const { all = false, latest = false, "pod-id-file": files = [] } = flags;
  if (all && latest) return "--all and --latest cannot be used together";
  if (all && operands.length > 0) return "no arguments are needed with --all";
  // Podman says "containers" of pods, too.
  if (latest && operands.length > 0) return "--latest and containers cannot be used together";
  if ((all || latest) && files.length > 0)
    return "--all, --latest, and --pod-id-file cannot be used together";
  if (files.length > 0 && operands.length > 0)
    return "no arguments are needed with --latest or --pod-id-file";
  if (!all && !latest && files.length === 0 && operands.length === 0)
    return "you must provide at least one name or id";
  return undefined;
}

/**
 * The pods that a command is to work on. As Podman: an unknown name fails before anything is touched.
 * @throws {NoSuchPodError} If one of them is not there, unless they are ignored.
 */
export function selectPods(place: ContainerPlace, { cwd, operands, flags }: SelectingCall): SelectedPod[] {
  if (flags.all) return listPods(place).map((pod) => ({ operand: pod.record.id, pod }));
  if (flags.latest) return [latestPod(place)].map((pod) => ({ operand: pod.record.id, pod }));
  const files = flags["pod-id-file"] ?? [];
  const named = [...operands, ...files.map((file) => readPodId(resolve(cwd, file)))];
  return named.flatMap((operand) => {
    try {
      return [{ operand, pod: findPod(place, operand) }];
    } catch (error) {
      if (flags.ignore && error instanceof NoSuchPodError) return [];
      throw error;
    }
  });
}

/** @throws {TspodError} If the file that `--pod-id-file` names can't be read. */
export function readPodId(path: string): string {
  try {
    return readFileSync(path, "utf8").split("\n")[0] ?? "";
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(`reading pod ID file: open ${path}: ${systemErrorReason(error)}`);
  }
}

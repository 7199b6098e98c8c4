import { TspodError } from "../../../errors.ts";
import { ownValue } from "../../../oci/shape.ts";
import type { CreateSurroundings } from "./create-context.ts";
import type { CreateFlags } from "./create-flags.ts";

/** Flags that are read but that nothing comes of yet, and why. */
const FLAGS = {
  "rdt-class": "resctrl takes root's rights, and tspod always runs without them",
  "device-cgroup-rule": "setting device rules takes root's rights, and tspod always runs without them",
} as const;

/** Why nothing comes of a flag; undefined where it is carried out. */
export function unsupportedReason(flag: string): string | undefined {
  return ownValue(FLAGS, flag);
}

/** @throws {TspodError} If a flag was given that can't be carried out: nothing is silently ignored. */
export function refuseUnsupportedFlags({ given }: Pick<CreateSurroundings, "given">): void {
  if (given.has("rdt-class")) throw new TspodError(`--rdt-class is not supported: ${FLAGS["rdt-class"]}`);
}

/** @throws {TspodError} If a value was given that can't be carried out, or is none at all. */
export function refuseUnsupportedValues(flags: Pick<CreateFlags, "attach" | "seccomp-policy">): void {
  const stream = flags.attach.find((name) => !/^std(in|out|err)$/i.test(name));
  if (stream !== undefined) {
    throw new TspodError(
      `invalid stream "${stream}" for --attach - must be one of stdin, stdout, or stderr: invalid argument`,
    );
  }
  const policy = flags["seccomp-policy"];
  if (policy !== "" && policy !== "default" && policy !== "image")
    throw new TspodError(`invalid seccomp policy "${policy}": valid policies are ["default" "image"]`);
  if (policy === "image")
    throw new TspodError("--seccomp-policy image is not supported: use --security-opt seccomp=FILE");
}

import { TspodError } from "../../../errors.ts";
import { ownValue } from "../../../oci/shape.ts";
import type { MountFlags, TmpfsRequest } from "../../mount-request.ts";
import { parseDestination } from "./volume.ts";

const FLAGS: Readonly<Record<string, MountFlags>> = {
  exec: { exec: true },
  noexec: { exec: false },
  dev: { dev: true },
  nodev: { dev: false },
  suid: { suid: true },
  nosuid: { suid: false },
  noatime: { noatime: true },
};
const PASSED_ON = /^(?:nr_inodes|nr_blocks|uid|gid|huge|mpol)=/;
// Taken by podman too, and either the default or without a meaning for a tmpfs.
const NO_MEANING = new Set([
  ...["private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"],
  ...["strictatime", "relatime"],
]);

/** `--tmpfs DESTINATION[:OPTIONS]`. @throws {TspodError} If it is not of that form. */
export function parseTmpfs(text: string): TmpfsRequest {
  const [target = "", optionText = ""] = text.split(":");
  const options = optionText === "" ? [] : optionText.split(",");
  return tmpfsRequest("tmpfs", { destination: parseDestination(target), options });
}

/** @throws {TspodError} If an option is unknown. */
export function tmpfsRequest(
  type: "tmpfs" | "ramfs",
  { destination, options }: { destination: string; options: readonly string[] },
): TmpfsRequest {
  if (options.filter((option) => option === "ro" || option === "rw").length > 1)
    throw new TspodError("only one of 'rw' and 'ro' can be used: duplicate mount option passed");
  let request: TmpfsRequest = { type, destination, readOnly: false, flags: {}, copyUp: true, data: [] };
  for (const option of options) request = { ...request, ...meaning(option, request) };
  return request;
}

function meaning(option: string, { flags, data }: TmpfsRequest): Partial<TmpfsRequest> {
  const flag = ownValue(FLAGS, option);
  if (flag !== undefined) return { flags: { ...flags, ...flag } };
  if (option === "ro" || option === "rw") return { readOnly: option === "ro" };
  if (option === "tmpcopyup" || option === "notmpcopyup") return { copyUp: option === "tmpcopyup" };
  if (option === "U") return { chown: true };
  if (option.startsWith("size=")) return { size: option.slice("size=".length) };
  if (option.startsWith("mode=")) return { mode: option.slice("mode=".length) };
  if (PASSED_ON.test(option)) return { data: [...data, option] };
  if (NO_MEANING.has(option)) return {};
  if (option === "z" || option === "Z")
    throw new TspodError("the 'z' and 'Z' options are not allowed with tmpfs mounts: invalid mount option");
  throw new TspodError(`unknown mount option "${option}": invalid mount option`);
}

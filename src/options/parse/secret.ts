import { posix } from "node:path";
import { TspodError } from "../../errors.ts";
import type { SecretRequest } from "../create-options.ts";

const DEFAULT_MODE = 0o444;

/**
 * `--secret NAME[,type=mount|env][,target=…][,uid=][,gid=][,mode=]`; the name may also be given as `source=`.
 * @throws {TspodError} If it is not of that form.
 */
export function parseSecret(text: string): SecretRequest {
  const [first = "", ...rest] = text.split(",");
  const named = first.startsWith("source=");
  const source = named ? first.slice("source=".length) : first;
  let request: SecretRequest = { source, type: "mount", uid: 0, gid: 0, mode: DEFAULT_MODE };
  let owned = false;
  for (const option of rest) {
    const [key = "", value] = option.split("=", 2);
    if (value === undefined)
      throw new TspodError(`option ${option} must be in form option=value: parsing secret`);
    request = { ...request, ...setting(option, key, value) };
    owned ||= key === "uid" || key === "gid" || key === "mode";
  }
  if (source === "") throw new TspodError(`no source found ${text}: parsing secret`);
  if (owned && request.type === "env")
    throw new TspodError("UID, GID, Mode options cannot be set with secret type env: parsing secret");
  return request;
}

function setting(option: string, key: string, value: string): Partial<SecretRequest> {
  switch (key) {
    case "source":
      return { source: value };
    case "type":
      if (value !== "mount" && value !== "env")
        throw new TspodError(`type ${value} is invalid: parsing secret`);
      return { type: value };
    case "target":
      return { target: value };
    case "mode":
      if (!/^[0-7]+$/.test(value)) throw new TspodError(`mode ${value} invalid: parsing secret`);
      return { mode: Number.parseInt(value, 8) };
    case "uid":
    case "gid":
      if (!/^\d+$/.test(value)) throw new TspodError(`${key.toUpperCase()} ${value} invalid: parsing secret`);
      return { [key]: Number(value) };
    default:
      throw new TspodError(`option ${option} invalid: parsing secret`);
  }
}

/** Where a secret is in the container; undefined for one that goes into the environment. */
export function secretDestination({ type, target, source }: SecretRequest): string | undefined {
  if (type === "env") return undefined;
  return posix.resolve("/run/secrets", target || source);
}

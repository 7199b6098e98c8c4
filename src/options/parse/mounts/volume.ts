import { posix } from "node:path";
import { TspodError } from "../../../errors.ts";
import type { BindRequest, VolumeRequest } from "../../mount-request.ts";
import { checkVolumeName } from "../../names.ts";
import { type MountOptions, parseMountOptions } from "./mount-options.ts";

/**
 * `--volume [SOURCE:]DESTINATION[:OPTIONS]`. A source that starts with `/` or `.` is a path of the host, any
 * other one the name of a volume; without one the volume is anonymous.
 * @param cwd absolute; relative paths start there
 * @throws {TspodError} If it is not of that form.
 */
export function parseVolume(text: string, cwd: string): BindRequest | VolumeRequest {
  const parts = text.split(":");
  if (parts.length > 3) {
    throw new TspodError(`${text}: incorrect volume format, should be [host-dir:]ctr-dir[:option]`);
  }
  const [source, target, optionText] = parts.length === 1 ? [undefined, text, undefined] : parts;
  const options = optionText === undefined || optionText === "" ? [] : optionText.split(",");
  if (source === "") throw new TspodError("host directory cannot be empty");
  const destination = parseDestination(target ?? "");
  const parsed = parseMountOptions(options);
  if (source !== undefined && /^[/.]/.test(source)) {
    return bindRequest(posix.resolve(cwd, source), { destination, options: parsed });
  }
  return volumeRequest(source, { destination, options: parsed });
}

/** @throws {TspodError} If the path in the container is empty or not absolute. */
export function parseDestination(text: string): string {
  if (text === "") throw new TspodError("container directory cannot be empty");
  if (!text.startsWith("/"))
    throw new TspodError(`invalid container path "${text}", must be an absolute path`);
  const path = posix.resolve("/", text);
  if (path === "/")
    throw new TspodError(`invalid container path "${text}", it must not be the root directory`);
  return path;
}

interface Target {
  readonly destination: string;
  readonly options: MountOptions;
}

/** @param source absolute path on the host */
export function bindRequest(source: string, { destination, options }: Target): BindRequest {
  const {
    readOnly = false,
    flags,
    propagation,
    recursive = true,
    chown,
    relabel,
    overlay,
    idmap,
    own,
    noDereference,
  } = options;
  if (idmap)
    throw new TspodError('the mount option "idmap" is not supported: the kernel refuses it without rights');
  return {
    type: "bind",
    source,
    destination,
    readOnly,
    flags,
    recursive,
    ...(propagation !== undefined && { propagation }),
    ...(chown && { chown }),
    ...(relabel !== undefined && { relabel }),
    ...(overlay !== undefined && { overlay }),
    ...(own && { own }),
    ...(noDereference && { noDereference }),
  };
}

/** @param name absent: anonymous */
export function volumeRequest(name: string | undefined, { destination, options }: Target): VolumeRequest {
  if (name !== undefined) checkVolumeName(name);
  if (options.own)
    throw new TspodError('the mount option "own" is for directories of the host: a volume is yours anyway');
  const { readOnly = false, flags, propagation, chown, relabel, overlay, copy = true } = options;
  return {
    type: "volume",
    ...(name !== undefined && { name }),
    destination,
    readOnly,
    flags,
    copy,
    ...(propagation !== undefined && { propagation }),
    ...(chown && { chown }),
    ...(relabel !== undefined && { relabel }),
    ...(overlay !== undefined && { overlay }),
  };
}

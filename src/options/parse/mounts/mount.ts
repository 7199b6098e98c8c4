import { posix } from "node:path";
import { TspodError } from "../../../errors.ts";
import { ownValue } from "../../../oci/shape.ts";
import type {
  ArtifactMountRequest,
  BindRequest,
  DevptsRequest,
  GlobRequest,
  ImageMountRequest,
  MountRequest,
} from "../../mount-request.ts";
import { parseCsv } from "../csv.ts";
import { parseMountOptions } from "./mount-options.ts";
import { tmpfsRequest } from "./tmpfs.ts";
import { bindRequest, parseDestination, volumeRequest } from "./volume.ts";

const FORMAT =
  "incorrect mount format: should be --mount type=<bind|glob|tmpfs|volume>,[src=<host-dir|volume-name>,]target=<ctr-dir>[,options]";

const ALIASES: Readonly<Record<string, string>> = {
  source: "src",
  destination: "dst",
  dest: "dst",
  target: "dst",
  readonly: "ro",
  "volume-subpath": "subpath",
};
/** Taken by Docker, without a meaning on Linux. */
const IGNORED = new Set(["consistency"]);
/** What else would be taken without effect: --mount says what it can't do. */
const ONLY_BIND = new Set(["bind-propagation", "bind-nonrecursive"]);
const ONLY_VOLUME = new Set(["copy", "nocopy"]);

/**
 * `--mount type=TYPE,src=SOURCE,dst=DESTINATION[,OPTION…]`.
 * @param cwd absolute; relative paths start there
 * @throws {TspodError} If it is not of that form.
 */
export function parseMount(text: string, cwd: string): MountRequest {
  const fields = text === "" ? [] : parseCsv(text);
  // As of Podman 5 what has no type is a volume.
  const type = fields.find((field) => field.startsWith("type="))?.slice("type=".length) ?? "volume";
  if (fields.every((field) => field.startsWith("type="))) throw new TspodError(FORMAT);
  const settings = readSettings(
    fields.filter((field) => !field.startsWith("type=")),
    type,
  );
  switch (type) {
    case "bind":
      return parseBind({ settings, cwd });
    case "glob":
      return parseGlob({ settings, cwd });
    case "volume":
      return parseVolumeMount(settings);
    case "tmpfs":
    case "ramfs":
      return parseTmpfsMount(type, settings);
    case "image":
      return parseImageMount(settings);
    case "artifact":
      return parseArtifactMount(settings);
    case "devpts":
      return parseDevpts(settings);
    default:
      throw new TspodError(`invalid filesystem type "${type}"`);
  }
}

/** The fields of --mount, by their short name; `options` is what -v writes the same way. */
interface Settings {
  readonly src?: string;
  readonly dst?: string;
  readonly subpath?: string;
  readonly others: readonly (readonly [string, string | undefined])[];
  readonly options: readonly string[];
}

function readSettings(fields: readonly string[], type: string): Settings {
  let settings: Settings = { others: [], options: [] };
  for (const field of fields) {
    const [written = "", ...rest] = field.split("=");
    const value = rest.length === 0 ? undefined : rest.join("=");
    const key = ownValue(ALIASES, written) ?? written;
    refuseForeign(type, { key, written });
    // As Podman: an empty name is one of tspod's choice.
    if (type === "volume" && key === "src" && value === "") continue;
    settings = addSetting(settings, { key, written, value });
  }
  return settings;
}

/** @throws {TspodError} If the option belongs to another type. */
function refuseForeign(type: string, { key, written }: { key: string; written: string }): void {
  const isBind = type === "bind" || type === "glob";
  if ((isBind && ONLY_VOLUME.has(key)) || (type === "volume" && ONLY_BIND.has(key)))
    throw new TspodError(`${written}: invalid mount option`);
  if (type === "volume" && (key === "volume-opt" || key === "volume-driver")) {
    throw new TspodError(
      `${written}: invalid mount option: make the volume beforehand, with "tspod volume create --opt …"`,
    );
  }
}

function addSetting(
  settings: Settings,
  { key, written, value }: { key: string; written: string; value: string | undefined },
): Settings {
  if (key === "src" || key === "dst" || key === "subpath") {
    if (value === undefined || value === "")
      throw new TspodError(`${written}: must provide an argument for option`);
    if (key === "subpath") refuseDotDot(value);
    else if (settings[key] !== undefined)
      throw new TspodError(
        `cannot pass "${written}" option more than once: must provide an argument for option`,
      );
    return { ...settings, [key]: value };
  }
  if (IGNORED.has(key)) return settings;
  const option = mountOption(key, value);
  if (option === "") return settings;
  if (option === undefined) return { ...settings, others: [...settings.others, [written, value]] };
  if (
    (option === "ro" || option === "rw") &&
    settings.options.some((other) => other === "ro" || other === "rw")
  ) {
    throw new TspodError(
      "cannot pass 'readonly', 'ro', or 'rw' mnt.Options more than once: must provide an argument for option",
    );
  }
  return { ...settings, options: [...settings.options, option] };
}

/** A slash in front stands for the root of the volume or image. Symlinks are the start's affair. */
function refuseDotDot(path: string): void {
  if (!path.split("/").includes("..")) return;
  throw new TspodError(`subpath "${path}" must not contain "..": it is a path below the volume or image`);
}

/** The option as -v writes it, if -v has it; empty where it says what is so anyway. */
function mountOption(key: string, value: string | undefined): string | undefined {
  switch (key) {
    case "ro":
    case "rw":
      return readBoolean(value, "'readonly', 'ro', or 'rw'") === (key === "ro") ? "ro" : "rw";
    case "U":
    case "chown":
      return readBoolean(value, "'U' or 'chown'") ? "U" : "";
    case "own":
      return readBoolean(value, "'own'") ? "own" : "";
    case "no-dereference":
      return readBoolean(value, "'no-dereference'") ? "no-dereference" : "";
    case "bind-propagation":
      return value;
    case "bind-nonrecursive":
      return readBoolean(value, "'bind-nonrecursive'") ? "bind" : "rbind";
    case "relabel":
      if (value !== "shared" && value !== "private") {
        throw new TspodError(`'relabel' must be 'private' or 'shared', instead received "${value ?? ""}"`);
      }
      return value === "shared" ? "z" : "Z";
    default:
      return value === undefined && isVolumeOption(key) ? key : undefined;
  }
}

const VOLUME_OPTIONS =
  /^(?:r?shared|r?private|r?slave|r?unbindable|r?bind|(?:no)?(?:exec|dev|suid)|[zZ]|idmap|(?:no)?copy)$/;

function isVolumeOption(key: string): boolean {
  return VOLUME_OPTIONS.test(key);
}

function readBoolean(value: string | undefined, names: string): boolean {
  if (value === undefined) return true;
  const lower = value.toLowerCase();
  if (lower === "true" || lower === "false") return lower === "true";
  throw new TspodError(
    `${names} must be set to true or false, instead received "${value}": must provide an argument for option`,
  );
}

function destinationOf({ dst }: Settings): string {
  if (dst === undefined) throw new TspodError("must set volume destination");
  return parseDestination(dst);
}

function refuseOthers({ others }: Settings): void {
  const [other] = others;
  if (other !== undefined) throw new TspodError(`${other[0]}: invalid mount option`);
}

interface PathSettings {
  readonly settings: Settings;
  readonly cwd: string;
}

function parseBind({ settings, cwd }: PathSettings): BindRequest {
  refuseOthers(settings);
  const destination = destinationOf(settings);
  const source = posix.resolve(cwd, settings.src ?? destination);
  return bindRequest(source, { destination, options: parseMountOptions(settings.options) });
}

/** Without a destination each path appears as itself. */
function parseGlob({ settings, cwd }: PathSettings): GlobRequest {
  if (settings.src === undefined) throw new TspodError('no file paths matching glob ""');
  if (settings.dst !== undefined) return { ...parseBind({ settings, cwd }), type: "glob" };
  const pattern = posix.resolve(cwd, settings.src);
  return { ...parseBind({ settings: { ...settings, dst: pattern }, cwd }), type: "glob", inPlace: true };
}

function parseVolumeMount(settings: Settings): MountRequest {
  refuseOthers(settings);
  const request = volumeRequest(settings.src, {
    destination: destinationOf(settings),
    options: parseMountOptions(settings.options),
  });
  return { ...request, ...(settings.subpath !== undefined && { subpath: settings.subpath }) };
}

function parseTmpfsMount(type: "tmpfs" | "ramfs", settings: Settings): MountRequest {
  if (settings.src !== undefined) throw new TspodError(`source is not supported with ${type} mounts`);
  const options = settings.others.map(([key, value]) => tmpfsOption(key, value));
  return tmpfsRequest(type, {
    destination: destinationOf(settings),
    options: [...options, ...settings.options],
  });
}

function tmpfsOption(key: string, value: string | undefined): string {
  if (key === "noswap")
    throw new TspodError(
      "the 'noswap' option is only allowed with rootful tmpfs mounts: must provide an argument for option",
    );
  if (key === "tmpcopyup" || key === "notmpcopyup") return key;
  if (value === undefined) throw new TspodError(`${key}: must provide an argument for option`);
  if (key === "tmpfs-size" || key === "size") return `size=${value}`;
  if (key === "tmpfs-mode" || key === "mode") return `mode=${value}`;
  throw new TspodError(`${key}: invalid mount option`);
}

function parseArtifactMount({ src, dst, subpath, others, options }: Settings): ArtifactMountRequest {
  if (src === undefined || dst === undefined)
    throw new TspodError("must set source and destination for artifact volume");
  const odd = others.find(([key, value]) => !/^(?:title|digest|name)$/.test(key) || !value)?.[0];
  const foreign = options[0] ?? (subpath === undefined ? odd : "subpath");
  if (foreign !== undefined) throw new TspodError(`${foreign}: invalid mount option`);
  const asked: { title?: string; digest?: string; name?: string } = Object.fromEntries(others);
  if (asked.name?.includes("/"))
    throw new TspodError(`name "${asked.name}" must not contain "/": it is that of a file`);
  const destination = parseDestination(dst);
  return { type: "artifact", artifact: src, destination, readOnly: true, flags: {}, ...asked };
}

function parseImageMount(settings: Settings): ImageMountRequest {
  const { src, dst, subpath, others, options } = settings;
  if (src === undefined || dst === undefined)
    throw new TspodError("must set source and destination for image volume");
  const [other] = others.filter(([key]) => key !== "readwrite");
  if (other !== undefined) throw new TspodError(`${other[0]}: invalid mount option`);
  const readWrite = others.map(([, value]) => readBoolean(value, "'rw' or 'readwrite'")).at(-1);
  return {
    type: "image",
    image: src,
    destination: parseDestination(dst),
    readOnly: !(readWrite ?? options.includes("rw")),
    flags: {},
    ...(subpath !== undefined && { subpath }),
  };
}

function parseDevpts(settings: Settings): DevptsRequest {
  if (settings.src !== undefined) throw new TspodError("source is not supported with devpts mounts");
  const data = settings.others.map(([key, value]) => {
    if (!["uid", "gid", "mode", "max"].includes(key)) throw new TspodError(`${key}: invalid mount option`);
    if (value === undefined) throw new TspodError(`${key}: must provide an argument for option`);
    return `${key}=${value}`;
  });
  return { type: "devpts", destination: destinationOf(settings), readOnly: false, flags: {}, data };
}

import { TspodError } from "../../errors.ts";

/** What `volume create --opt` asks of the local driver. */
export interface VolumeOptions {
  /**
   * As Podman's inspect shows them: `o` without what is not for mount(8), and that under names of its own.
   */
  readonly options: Readonly<Record<string, string>>;
  /** Who owns the volume; given, no container's first use changes it. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

const KEYS = new Set(["o", "type", "device", "copy", "nocopy"]);
/** The one after it means none. @see chown(2) */
const LAST_ID = 2 ** 32 - 2;
/** Found in `o`, and shown beside it. */
const SHOWN = { uid: "UID", gid: "GID", size: "SIZE", inodes: "INODES", noquota: "NOQUOTA" } as const;

/**
 * @param given key to value
 * @throws {TspodError} In Podman's words.
 * @see https://github.com/containers/podman/blob/v4.3.1/pkg/domain/infra/abi/parse/parse.go
 */
export function parseVolumeOptions(given: Readonly<Record<string, string>>): VolumeOptions {
  for (const [key, value] of Object.entries(given)) {
    // Podman takes these, and can't mount the volume.
    if (key in SHOWN) throw new TspodError(`volume option ${key} belongs into "o": --opt o=${key}=${value}`);
    if (!KEYS.has(key))
      throw new TspodError(`invalid mount option ${key} for driver 'local': invalid argument`);
  }
  const { o, ...others } = given;
  const words = o === undefined || o === "" ? [] : o.split(",").map((word) => shownOption(word));
  const shown = Object.fromEntries(words.flatMap(({ shown }) => (shown === undefined ? [] : [shown])));
  refuseQuota(shown, given);
  const kept = words.filter(({ mounted }) => mounted).map(({ word }) => word);
  const owner = { uid: Number(shown.UID ?? 0), gid: Number(shown.GID ?? 0) };
  return {
    options: { ...others, ...(kept.length === 0 ? {} : { o: kept.join(",") }), ...shown },
    ...(shown.UID === undefined && shown.GID === undefined ? {} : { owner }),
  };
}

/** One option of `o`. */
function shownOption(word: string): { word: string; shown?: readonly [string, string]; mounted: boolean } {
  const [name = "", value] = word.split(/=(.*)/s);
  const key = name.toLowerCase();
  if (key === "timeout")
    throw new TspodError(
      "running volume create option: Volume driver timeout can only be used with non-local volume drivers: invalid argument",
    );
  if (key === "noquota") return { word, shown: [SHOWN.noquota, "true"], mounted: false };
  if (key === "uid" || key === "gid") return { word, shown: [SHOWN[key], idOf(key, value)], mounted: true };
  if (key === "size" || key === "inodes") return { word, shown: [SHOWN[key], value ?? ""], mounted: true };
  return { word, mounted: true };
}

function idOf(key: "uid" | "gid", value: string | undefined): string {
  const name = key.toUpperCase();
  if (value === undefined) throw new TspodError(`${key} option must provide a ${name}: invalid argument`);
  if (!/^\d+$/.test(value))
    throw new TspodError(
      `cannot convert ${name} ${value} to integer: strconv.Atoi: parsing "${value}": invalid syntax`,
    );
  if (Number(value) > LAST_ID)
    throw new TspodError(`${key} option ${value}: must not be more than ${LAST_ID}`);
  return value;
}

/**
 * A tmpfs holds its size by itself; a directory would need a project quota, which takes rights that a user
 * does not have.
 */
function refuseQuota(
  shown: Readonly<Record<string, string>>,
  { type }: Readonly<Record<string, string>>,
): void {
  if (type !== "tmpfs" && (shown.SIZE !== undefined || shown.INODES !== undefined))
    throw new TspodError(
      "volume options size and inodes not supported. Filesystem does not support Project Quota",
    );
}

/**
 * The operands of mount(8) for a volume with these options, its directory being the last; undefined: it is a
 * plain directory.
 */
export function volumeMountArguments(
  { type = "", device = "", o = "" }: Readonly<Record<string, string>>,
  directory: string,
): string[] | undefined {
  const asksForMount = o
    .split(",")
    .some((word) => word !== "" && !(word.replace(/=.*/s, "").toLowerCase() in SHOWN));
  if (type === "" && device === "" && !asksForMount) return undefined;
  return [
    ...(o === "" ? [] : ["-o", o]),
    ...(type === "bind" ? ["-o", "bind"] : type === "" ? [] : ["-t", type]),
    device === "" ? type : device,
    directory,
  ];
}

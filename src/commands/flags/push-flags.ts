import { resolve } from "node:path";
import type { Call } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { requireWritableFile } from "../../cli/require-file.ts";
import { withFlagDefaults } from "../../config/flag-defaults.ts";
import { TspodError } from "../../errors.ts";
import { openProgress } from "../../image/progress.ts";
import type { PushOptions } from "../../image/push/push-options.ts";
import type { Digest } from "../../oci/digest.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { hasCode } from "../../os/system-error.ts";

/** What `push` and `manifest push` have in common. */
export const pushFlags = {
  all: { type: "boolean", default: true, help: "Of a list push also the images that it names" },
  "compression-format": {
    type: "string",
    value: "FORMAT",
    help: "Compress layers with gzip, zstd or zstd:chunked (default: as they are stored)",
  },
  "compression-level": {
    type: "int",
    value: "LEVEL",
    help: "Compress all layers anew, with this level: 1 to 9 of gzip, 1 to 22 of zstd",
  },
  "force-compression": {
    type: "boolean",
    help: "Accepted: layers always go in the form that --compression-format asks for",
  },
  digestfile: {
    type: "string",
    value: "PATH",
    complete: "file",
    help: "Write the digest of what was pushed to this file",
  },
  format: {
    type: "string",
    short: "f",
    value: "FORMAT",
    help: "Manifest type: oci or v2s2 (default: as it is stored)",
  },
  quiet: { type: "boolean", short: "q", help: "Print no progress" },
  "remove-signatures": { type: "boolean", help: "Accepted: tspod stores no signatures that it could push" },
} as const satisfies FlagTable;

type PushCall = Pick<Call<typeof pushFlags>, "conf" | "cwd" | "flags" | "given" | "terminal" | "warn">;

const FORMATS = { oci: "oci", v2s2: "docker", docker: "docker" } as const;

/**
 * In what form things are pushed.
 * @param choose the sentence that says what there is to choose from
 * @throws {TspodError} If --digestfile can't be written, a flag has an unknown value, or the two don't go
 * together.
 */
export function pushForm(
  { cwd, flags, given, conf }: Pick<PushCall, "cwd" | "flags" | "given" | "conf">,
  choose: string,
): Pick<PushOptions, "format" | "compression" | "compressionLevel"> {
  const { format } = flags;
  const asked = withFlagDefaults(flags, given, conf).flags["compression-format"];
  // containers.conf is for other programs, too: a format that is not ours there is no error.
  const isOurs =
    given.has("compression-format") || asked === "gzip" || (isZstd(asked) && format === undefined);
  const compression = isOurs ? asked : undefined;
  if (flags.digestfile !== undefined) requireWritableFile(flags.digestfile, { cwd });
  const kind = Object.entries(FORMATS).find(([name]) => name === format)?.[1];
  if (format !== undefined && kind === undefined)
    throw new TspodError(`unknown format "${format}". ${choose}`);
  if (compression !== undefined && compression !== "gzip" && !isZstd(compression))
    throw new TspodError(`cannot find compressor for "${compression}"`);
  if (isZstd(compression) && kind === "docker") throw new TspodError(NO_ZSTD);
  return {
    ...(kind !== undefined && { format: kind }),
    ...(compression !== undefined && { compression }),
    ...levelOf(flags["compression-level"], compression),
  };
}

function isZstd(compression: string | undefined): compression is "zstd" | "zstd:chunked" {
  return compression === "zstd" || compression === "zstd:chunked";
}

/**
 * --add-compression: what copies of a list's images are compressed with.
 * @throws {TspodError} If there is no such compression, or the other flags leave no room for it.
 */
export function addedCompressions(
  names: readonly string[],
  { all, format }: { readonly all: boolean } & Pick<PushOptions, "format">,
): NonNullable<PushOptions["addCompression"]> {
  const wanted = names.map((name) => {
    if (name === "gzip" || isZstd(name)) return name;
    throw new TspodError(
      `requested algorithm ${name} is not supported for replication: cannot find compressor for "${name}"`,
    );
  });
  if (wanted.length > 0 && !all)
    throw new TspodError("--add-compression makes copies of the list's images, which --all=false leaves out");
  if (wanted.some(isZstd) && format === "docker") throw new TspodError(NO_ZSTD);
  return wanted;
}

const NO_ZSTD = "the format v2s2 has no layers compressed with zstd: use --format oci";

/** @throws {TspodError} If there is no such level. */
function levelOf(
  level: number | undefined,
  compression: PushOptions["compression"] = "gzip",
): Pick<PushOptions, "compressionLevel"> {
  if (level === undefined) return {};
  const most = compression === "gzip" ? 9 : 22;
  if (level >= 1 && level <= most) return { compressionLevel: level };
  throw new TspodError(`invalid --compression-level ${level}: ${compression} has levels 1 to ${most}`);
}

export function pushProgress({ flags, terminal, warn }: PushCall): ReturnType<typeof openProgress> {
  return openProgress({ quiet: flags.quiet, terminal: terminal.stderr, write: (line) => warn(line) });
}

/** --digestfile @throws {TspodError} If it can't be written. */
export function writeDigest(
  { cwd, flags }: { readonly cwd: string; readonly flags: { readonly digestfile: string | undefined } },
  digest: Digest | undefined,
): void {
  if (flags.digestfile === undefined || digest === undefined) return;
  try {
    writeFileAtomic(resolve(cwd, flags.digestfile), digest, { mode: 0o644 });
  } catch (error) {
    throw hasCode(error, "ENOENT")
      ? new TspodError(`open ${flags.digestfile}: no such file or directory`)
      : new TspodError(`writing "${flags.digestfile}"`, { cause: error });
  }
}

import { dirname, isAbsolute } from "node:path";
import { isWebAddress } from "../../../options/web-address.ts";
import { type Quadlet, resourceName } from "../kinds.ts";
import { volumeArguments } from "./container-mounts.ts";
import {
  beginConversion,
  type Conversion,
  type ConversionContext,
  type Converted,
  endConversion,
  keyArguments,
  oneShot,
  programOf,
} from "./conversion.ts";
import { args, boolean, each, elsewhere, type KeyRule, pairs, text } from "./key-rules.ts";
import { networkArguments } from "./network-arguments.ts";
import { besideUnit } from "./paths.ts";

/** Every key of [Build]. @see podman-systemd.unit(5) */
export const BUILD_KEYS: Readonly<Record<string, KeyRule>> = {
  ServiceName: elsewhere,
  ContainersConfModule: elsewhere,
  GlobalArgs: elsewhere,
  File: elsewhere,
  SetWorkingDirectory: elsewhere,
  // One word: `--pull never` is --pull and an operand for Podman.
  Pull(section, key) {
    const policy = section.last(key);
    return policy ? [`--pull=${policy}`] : [];
  },
  Arch: text("--arch"),
  AuthFile: text("--authfile"),
  IgnoreFile: text("--ignorefile"),
  Target: text("--target"),
  Variant: text("--variant"),
  Retry: text("--retry"),
  RetryDelay: text("--retry-delay"),
  ForceRM: boolean("--force-rm"),
  TLSVerify: boolean("--tls-verify"),
  DNS: each("--dns"),
  DNSOption: each("--dns-option"),
  DNSSearch: each("--dns-search"),
  GroupAdd: each("--group-add"),
  ImageTag: each("--tag"),
  Annotation: pairs("--annotation"),
  BuildArg: pairs("--build-arg"),
  Environment: pairs("--env"),
  Label: pairs("--label"),
  Network: elsewhere,
  Secret: args("--secret"),
  Volume: elsewhere,
  PodmanArgs: elsewhere,
};

/**
 * A service that builds an image. It doesn't remain when it is done: each start of what needs the image
 * builds it again, by the cache.
 * @throws {TspodError} With file and line.
 */
export function convertBuild(quadlet: Quadlet, context: ConversionContext): Converted {
  const conversion = beginConversion(quadlet, BUILD_KEYS, context);
  const { section, draft } = conversion;
  if (resourceName(quadlet) === "") throw section.error("ImageTag", "no ImageTag key specified");
  const before = [
    ...programOf(conversion),
    "build",
    ...keyArguments(conversion, "build", BUILD_KEYS),
    ...networkArguments(conversion),
    ...volumeArguments(conversion),
  ];
  const source = sourceOf(conversion);
  const { workingDirectory } = source;
  if (workingDirectory !== undefined && !draft.has("Service", "WorkingDirectory"))
    draft.add("Service", "WorkingDirectory", workingDirectory);
  oneShot(conversion, { remains: false });
  const wordsOf = ({ file, context }: SourceWords): string[] => [
    ...before,
    ...(file === "" ? [] : ["--file", file]),
    ...section.arguments("PodmanArgs"),
    ...(context === "" ? [] : [context]),
  ];
  return endConversion(conversion, wordsOf(source), wordsOf(withoutDirectory(source)));
}

/** What is built: "" stands for neither. */
interface SourceWords {
  /** --file */
  readonly file: string;
  /** The operand. */
  readonly context: string;
}

interface Source extends SourceWords {
  /** Absolute; undefined: systemd's own. */
  readonly workingDirectory: string | undefined;
}

/** @throws {TspodError} If neither a Containerfile nor a context is named. */
function sourceOf(conversion: Conversion): Source {
  const { section, quadlet } = conversion;
  const file = section.last("File") ?? "";
  const { context, directory } = contextOf(conversion, file);
  const given = quadlet.unit.sections
    .get("Service")
    ?.findLast(({ key }) => key === "WorkingDirectory")?.value;
  const workingDirectory = given || directory;
  if (file === "" && context === "" && !workingDirectory)
    throw section.error("File", "neither SetWorkingDirectory, nor File key specified");
  // What systemd fills in, %h for one, is taken for absolute, as Podman takes it.
  if (context !== "" || isAbsolute(file) || isRemote(file) || file.startsWith("%"))
    return { file, context, workingDirectory };
  if (!workingDirectory)
    throw section.error("File", "relative path in File key requires SetWorkingDirectory key to be set");
  return { file, context: workingDirectory, workingDirectory };
}

/** What SetWorkingDirectory= says: a context of its own, or the directory to build in. */
function contextOf(
  { section, directory }: Conversion,
  file: string,
): { readonly context: string; readonly directory?: string } {
  const wanted = section.last("SetWorkingDirectory") ?? "";
  switch (wanted) {
    case "":
      return { context: "" };
    case "unit":
      return { context: "", directory };
    case "yaml":
      throw section.error("SetWorkingDirectory", "SetWorkingDirectory=yaml is only supported in .kube files");
    case "file":
      if (file === "") throw section.error("SetWorkingDirectory", "no File key specified");
      return isRemote(file)
        ? { context: "" }
        : { context: "", directory: dirname(besideUnit(file, directory)) };
    default:
      return isRemote(wanted) || isAbsolute(wanted) ? { context: wanted } : { context: wanted, directory };
  }
}

/** `tspod quadlet run` has no WorkingDirectory=: relative paths are made absolute. */
function withoutDirectory({ file, context, workingDirectory = "" }: Source): SourceWords {
  const absolute = (path: string): string =>
    path === "" || isRemote(path) || /^[%/]/.test(path) ? path : `${workingDirectory}/${path}`;
  return { file: absolute(file), context: absolute(context) };
}

function isRemote(text: string): boolean {
  return isWebAddress(text) || /^git:\/\/|^github\.com\//i.test(text);
}

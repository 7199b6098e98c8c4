import { statSync } from "node:fs";
import { basename } from "node:path";
import { TspodError } from "../../errors.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { sectionOf } from "../unit-file/section.ts";
import { mergeUnit, parseUnit, type UnitFile, unitError } from "../unit-file/unit-file.ts";
import type { ConversionContext, Converted } from "./convert/conversion.ts";
import { convertArtifact } from "./convert/convert-artifact.ts";
import { convertBuild } from "./convert/convert-build.ts";
import { convertContainer } from "./convert/convert-container.ts";
import { convertImage } from "./convert/convert-image.ts";
import { convertKube } from "./convert/convert-kube.ts";
import { convertNetwork } from "./convert/convert-network.ts";
import { convertPod } from "./convert/convert-pod.ts";
import { convertVolume } from "./convert/convert-volume.ts";
import { type InstallLink, installLinks } from "./install-links.ts";
import { KINDS, type Quadlet, type QuadletKind, quadletOf, SECTIONS, serviceName } from "./kinds.ts";
import { dropIns, quadletFiles } from "./search.ts";

/** A service that came of a quadlet. */
export interface GeneratedService extends Converted {
  readonly quadlet: Quadlet;
  /** `web.service` */
  readonly name: string;
  readonly links: readonly InstallLink[];
}

/** What came of some directories of quadlets. One that is wrong doesn't keep the others. */
export interface Generated {
  readonly services: readonly GeneratedService[];
  /** With file and line. */
  readonly errors: readonly TspodError[];
  readonly warnings: readonly string[];
}

type Convert = (quadlet: Quadlet, context: ConversionContext) => Converted;

const CONVERT: Readonly<Record<QuadletKind, Convert>> = {
  container: convertContainer,
  pod: convertPod,
  network: convertNetwork,
  volume: convertVolume,
  image: convertImage,
  artifact: convertArtifact,
  build: convertBuild,
  kube: convertKube,
};

export interface GenerateOptions {
  /** Absolute paths of the quadlets to turn into services; default: all. */
  readonly only?: readonly string[];
  /** Texts of quadlets that are not on disk under their paths, by these. */
  readonly texts?: ReadonlyMap<string, string>;
}

/** Turn quadlets in some directories into services. */
export function generateServices(
  directories: readonly string[],
  context: Omit<ConversionContext, "quadlets">,
  { only = [], texts }: GenerateOptions = {},
): Generated {
  const errors: TspodError[] = [];
  const attempt = <T>(act: () => T): T[] => {
    try {
      return [act()];
    } catch (error) {
      if (!(error instanceof TspodError)) throw error;
      errors.push(error);
      return [];
    }
  };
  const isWanted = (path: string) => only.length === 0 || only.includes(path);
  const read = [...new Set([...only, ...quadletFiles(directories)])].flatMap((path) => {
    const found = attempt(() => readQuadlet(path, directories, texts));
    if (found.length === 0 && !isWanted(path)) errors.pop();
    return found;
  });
  const quadlets = new Map(read.map((quadlet) => [quadlet.fileName, quadlet]));
  const ordered = KINDS.flatMap((kind) =>
    read.filter((quadlet) => quadlet.kind === kind && isWanted(quadlet.unit.path)),
  );
  const services = ordered.flatMap((quadlet) =>
    attempt(() => ({
      quadlet,
      name: `${serviceName(quadlet)}.service`,
      ...CONVERT[quadlet.kind](quadlet, { ...context, quadlets }),
      links: installLinks(quadlet),
    })),
  );
  const ofConversion = services.flatMap(({ warnings }) => warnings);
  return { services, errors, warnings: [...ordered.flatMap(warningsOf), ...ofConversion] };
}

/**
 * Read a quadlet with its drop-ins.
 * @param texts of quadlets that are not on disk, by their paths
 * @throws {TspodError} If it can't be read, is no unit, or of a kind that tspod can't carry out.
 */
export function readQuadlet(
  path: string,
  directories: readonly string[],
  texts?: ReadonlyMap<string, string>,
): Quadlet {
  const unit = dropIns(path, directories).reduce(
    (merged, dropIn) => mergeUnit(merged, readUnit(dropIn)),
    readUnit(path, texts?.get(path)),
  );
  const quadlet = quadletOf(unit);
  if (quadlet === undefined)
    throw unitError(
      { path, line: 1 },
      `"${basename(path)}" is no quadlet: its name must end in .${KINDS.join(", .")}`,
    );
  return quadlet;
}

function readUnit(path: string, text?: string): UnitFile {
  if (text !== undefined) return parseUnit(text, path);
  try {
    if (!statSync(path).isFile()) throw new TspodError("not a regular file");
    return parseUnit(readSmallText(path), path);
  } catch (error) {
    if (error instanceof TspodError) throw error;
    throw new TspodError(`reading "${path}"`, { cause: error });
  }
}

function warningsOf({ kind, fileName, unit }: Quadlet): string[] {
  const image = sectionOf(unit, SECTIONS[kind]).last("Image") ?? "";
  const service = sectionOf(unit, "Service");
  return [
    ...(image === "" || isUnambiguous(image)
      ? []
      : [
          `Warning: ${fileName} specifies the image "${image}" which not a fully qualified image name. This is not ideal for performance and security reasons. See the podman-pull manpage discussion of short-name-aliases.conf for details.`,
        ]),
    ...["User", "Group", "DynamicUser"]
      .filter((key) => service.has(key))
      .map((key) => `Warning: using key ${key} in the Service group is not supported - use at your own risk`),
  ];
}

/** A quadlet's image, an ID, or a name with its registry. */
function isUnambiguous(image: string): boolean {
  if (/\.(?:image|build)$/.test(image) || /^(?:sha256:.*|[\da-f]{64})$/i.test(image)) return true;
  const [domain = "", ...path] = image.split("/");
  return path.length > 0 && (/[.:]/.test(domain) || domain === "localhost");
}

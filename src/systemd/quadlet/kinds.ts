import { basename, extname } from "node:path";
import { isFileName } from "../../oci/file-name.ts";
import { sectionOf } from "../unit-file/section.ts";
import type { UnitFile } from "../unit-file/unit-file.ts";

/** What a quadlet makes: the ending of its file's name. */
export type QuadletKind =
  | "container"
  | "pod"
  | "network"
  | "volume"
  | "image"
  | "artifact"
  | "build"
  | "kube";

/** Those that others need come first. */
export const KINDS: readonly QuadletKind[] = [
  "image",
  "artifact",
  "volume",
  "network",
  "build",
  "pod",
  "container",
  "kube",
];

/** The section that is ours: `[Container]`. */
export const SECTIONS: Readonly<Record<QuadletKind, string>> = {
  container: "Container",
  pod: "Pod",
  network: "Network",
  volume: "Volume",
  image: "Image",
  artifact: "Artifact",
  build: "Build",
  kube: "Kube",
};

/** The ending of a file's name, `container`, whether it is one of ours or not. */
export function endingOf(path: string): string {
  return extname(path).slice(1);
}

/** A quadlet with its drop-ins. */
export interface Quadlet {
  readonly kind: QuadletKind;
  /** `web.container` */
  readonly fileName: string;
  readonly unit: UnitFile;
}

/** @param unit whose name ends in one of KINDS */
export function quadletOf(unit: UnitFile): Quadlet | undefined {
  const kind = KINDS.find((name) => name === endingOf(unit.path));
  return kind && { kind, fileName: basename(unit.path), unit };
}

/** `web@1.container` is instance `1` of `web`; of `web@.container` the instance is "". */
export function templateParts(fileName: string): { base: string; instance: string | undefined } {
  const stem = stemOf(fileName);
  const at = stem.indexOf("@");
  return at < 0
    ? { base: stem, instance: undefined }
    : { base: stem.slice(0, at), instance: stem.slice(at + 1) };
}

/** Whether a file's name ends as those of quadlets do. */
export function isQuadletFile(name: string): boolean {
  const ending = endingOf(name);
  return KINDS.some((kind) => kind === ending);
}

/**
 * The service without its ending: `web`, `data-volume`, `sleep@`.
 * @throws {TspodError} If ServiceName= is no name: it would become a path.
 */
export function serviceName(quadlet: Quadlet): string {
  const section = sectionOf(quadlet.unit, SECTIONS[quadlet.kind]);
  const asked = section.last("ServiceName");
  if (asked) {
    if (!isFileName(`${asked}.service`))
      throw section.error("ServiceName", `invalid ServiceName "${asked}": it must be a name, not a path`);
    return asked;
  }
  const stem = stemOf(quadlet.fileName);
  const suffix = quadlet.kind === "container" || quadlet.kind === "kube" ? "" : `-${quadlet.kind}`;
  return stem.endsWith("@") ? `${stem.slice(0, -1)}${suffix}@` : stem + suffix;
}

/** What the container, volume or image is called; systemd's specifiers may be in it. */
export function resourceName(quadlet: Quadlet): string {
  const section = sectionOf(quadlet.unit, SECTIONS[quadlet.kind]);
  const isTemplate = quadlet.fileName.includes("@");
  switch (quadlet.kind) {
    case "container":
      return section.last("ContainerName") || (isTemplate ? "systemd-%p_%i" : "systemd-%N");
    case "pod":
      return section.last("PodName") || `systemd-${stemOf(quadlet.fileName)}`;
    case "network":
      return (
        section.last("NetworkName") ||
        (isTemplate ? volumeOfTemplate(quadlet) : `systemd-${stemOf(quadlet.fileName)}`)
      );
    case "volume":
      return (
        section.last("VolumeName") ||
        (isTemplate ? volumeOfTemplate(quadlet) : `systemd-${stemOf(quadlet.fileName)}`)
      );
    case "image":
      return section.last("ImageTag") || section.last("Image") || "";
    case "build":
      return section.all("ImageTag")[0] ?? "";
    case "artifact":
      return section.last("Artifact") || "";
    case "kube": // The YAML names the pods.
      return "";
  }
}

/**
 * The name as another unit has to write it.
 * @returns undefined where only systemd knows what it comes to
 */
export function resolvedName(quadlet: Quadlet): string | undefined {
  const name = resourceName(quadlet).replaceAll("%N", serviceName(quadlet));
  // An instance of a volume is for the same instance of a container.
  return quadlet.kind === "container" && name.includes("%") ? undefined : name;
}

function volumeOfTemplate({ fileName }: Quadlet): string {
  const stem = stemOf(fileName);
  return `systemd-${stem.endsWith("@") ? stem.slice(0, -1) : stem}-%i`;
}

function stemOf(fileName: string): string {
  return basename(fileName, extname(fileName));
}

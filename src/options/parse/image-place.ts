import { TspodError } from "../../errors.ts";
import { formatReference, parseReference, type Reference, withDefaultTag } from "../../oci/reference.ts";

/** Where an image comes from or goes to: a registry, or files. Paths are as they were written. */
export type ImagePlace =
  | { readonly transport: "docker"; readonly reference: Reference }
  | { readonly transport: "dir"; readonly path: string }
  | {
      readonly transport: "oci" | "oci-archive";
      readonly path: string;
      /** What the layout calls the image; undefined: it has no name there. */
      readonly name: string | undefined;
    }
  | {
      readonly transport: "docker-archive";
      readonly path: string;
      /** Full, with a tag. */
      readonly name: string | undefined;
      /** `@N`: which of the archive's images, by its place. */
      readonly index: number | undefined;
    }
  | {
      readonly transport: "containers-storage";
      /** Full, with a tag. */
      readonly name: string;
    };

const FILES = ["dir", "oci", "oci-archive", "docker-archive"] as const;
/** What containers-transports(5) knows beside these. */
const OTHERS = new Set(["docker-daemon", "ostree", "sif", "tarball", "atomic"]);

/** The transport that a text begins with, where it is one of files, a registry or the store. */
export function transportOf(text: string): string | undefined {
  const colon = text.indexOf(":");
  const word = colon < 0 ? "" : text.slice(0, colon);
  const known = [...FILES, "docker", "containers-storage", ...OTHERS].find((name) => name === word);
  return known === "docker" && !text.startsWith("docker://") ? undefined : known;
}

/**
 * Read `TRANSPORT:REFERENCE`; what has no transport is in a registry.
 * @throws {TspodError} If there is no such transport, or its reference is wrong.
 * @see containers-transports(5)
 */
export function parseImagePlace(text: string): ImagePlace {
  const transport = transportOf(text);
  if (transport === undefined) return bareReference(text);
  const rest = text.slice(transport.length + 1);
  if (OTHERS.has(transport)) throw new TspodError(`transport "${transport}" is not supported: "${text}"`);
  if (transport === "docker") return registryPlace(rest.slice("//".length));
  if (transport === "containers-storage") return { transport, name: fullName(rest) };
  if (rest === "") throw new TspodError(`Invalid image name "${text}", no path after "${transport}:"`);
  if (transport === "dir") return { transport, path: rest };
  const [, path = "", name] = /^([^:]*)(?::(.*))?$/s.exec(rest) ?? [];
  if (path === "") throw new TspodError(`Invalid image name "${text}", no path after "${transport}:"`);
  if (transport === "docker-archive") return dockerArchive(path, name);
  return { transport: transport === "oci" ? "oci" : "oci-archive", path, name: name || undefined };
}

function dockerArchive(path: string, name: string | undefined): ImagePlace {
  const [, index] = /^@(\d+)$/.exec(name ?? "") ?? [];
  return {
    transport: "docker-archive",
    path,
    name: !name || index !== undefined ? undefined : fullName(name),
    index: index === undefined ? undefined : Number(index),
  };
}

function fullName(text: string): string {
  return formatReference(withDefaultTag(parseReference(text)));
}

function registryPlace(text: string): ImagePlace {
  return placeOf(parseReference(text));
}

function placeOf(reference: Reference): ImagePlace {
  if (reference.tag !== undefined && reference.digest !== undefined)
    throw new TspodError("Docker references with both a tag and digest are currently not supported");
  return { transport: "docker", reference: withDefaultTag(reference) };
}

/** Podman complains about the transport when it is no reference either. */
function bareReference(text: string): ImagePlace {
  return placeOf(parsedOr(text, unknownTransport));
}

function parsedOr(text: string, complaint: (text: string) => TspodError): Reference {
  try {
    return parseReference(text);
  } catch (error) {
    throw error instanceof TspodError ? complaint(text) : error;
  }
}

function unknownTransport(text: string): TspodError {
  const colon = text.indexOf(":");
  return new TspodError(
    colon < 0
      ? `Invalid image name "${text}", expected colon-separated transport:reference`
      : `Invalid image name "${text}", unknown transport "${text.slice(0, colon)}"`,
  );
}

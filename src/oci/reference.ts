import { TspodError } from "../errors.ts";
import { type Digest, isDigest, parseDigest } from "./digest.ts";

/**
 * A normalised image reference: `alpine` is domain "docker.io", path "library/alpine".
 * With tag and digest the digest decides; neither means that a default tag is to be added.
 */
export interface Reference {
  readonly domain: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

/** The registry that a name without a domain stands for. */
export const DEFAULT_DOMAIN = "docker.io";
const DEFAULT_TAG = "latest";
const OFFICIAL_PREFIX = "library/";
const NAME_LIMIT = 255;

const DOMAIN_COMPONENT = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const DOMAIN = new RegExp(
  `^(?:${DOMAIN_COMPONENT}(?:\\.${DOMAIN_COMPONENT})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`,
);
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST_FORM = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const IDENTIFIER = /^[a-f0-9]{64}$/;

/**
 * Read and normalise a reference: `alpine` → docker.io/library/alpine, without a default tag.
 * @throws {TspodError} If `text` is not `[domain/]path[:tag][@digest]`.
 * @see https://github.com/distribution/reference/blob/main/reference.go for the grammar
 */
export function parseReference(text: string): Reference {
  try {
    return parseParts(text);
  } catch (cause) {
    if (!(cause instanceof TspodError)) throw cause;
    throw new TspodError(`parsing reference ${JSON.stringify(text)}: ${cause.message}`);
  }
}

/** What is wrong with a reference's text, in Podman's words; undefined: nothing. */
export function referenceFault(text: string): string | undefined {
  try {
    parseParts(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    return error.message;
  }
}

function parseParts(text: string): Reference {
  if (text === "") throw new TspodError("repository name must have at least one component");
  if (IDENTIFIER.test(text)) {
    throw new TspodError(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  const { name, tag, digest } = splitReference(text);
  const { domain, path } = splitDomain(name);
  checkName(domain, path);
  if (tag !== undefined && !TAG.test(tag)) throw invalidFormat();
  return {
    domain,
    path,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest: checkDigest(digest) }),
  };
}

/** The same reference, with `:latest` added where it has neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined
    ? { ...reference, tag: DEFAULT_TAG }
    : reference;
}

/**
 * The same reference without its tag, if it has a digest: podman stores and asks for the digest when both are
 * given.
 */
export function withoutTagIfDigested(reference: Reference): Reference {
  const { tag: _, ...rest } = reference;
  return reference.digest === undefined ? reference : rest;
}

/** `docker.io/library/alpine`, without tag and digest. */
export function repositoryName({ domain, path }: Reference): string {
  return `${domain}/${path}`;
}

/** The full text, as images are named in the store: `docker.io/library/alpine:latest`. */
export function formatReference(reference: Reference): string {
  return `${repositoryName(reference)}${suffix(reference)}`;
}

/** The short text, as Docker shows it: `alpine:latest`. */
export function familiarReference(reference: Reference): string {
  const { domain, path } = reference;
  if (domain !== DEFAULT_DOMAIN) return formatReference(reference);
  const official = path.startsWith(OFFICIAL_PREFIX) && path.indexOf("/") === path.lastIndexOf("/");
  return `${official ? path.slice(OFFICIAL_PREFIX.length) : path}${suffix(reference)}`;
}

/** Whether `text` names no registry, so that aliases and search registries decide: `alpine`, `foo/bar:1`. */
export function isShortName(text: string): boolean {
  const slash = text.indexOf("/");
  return slash < 0 || !isDomain(text.slice(0, slash));
}

/**
 * The parts of a reference's text, unchecked: the name, the tag, the digest. A colon before the last slash
 * belongs to a port.
 */
export function splitReference(text: string): { name: string; tag?: string; digest?: string } {
  const at = text.indexOf("@");
  const beforeDigest = at < 0 ? text : text.slice(0, at);
  const colon = beforeDigest.indexOf(":", beforeDigest.lastIndexOf("/") + 1);
  return {
    name: colon < 0 ? beforeDigest : beforeDigest.slice(0, colon),
    ...(colon >= 0 && { tag: beforeDigest.slice(colon + 1) }),
    ...(at >= 0 && { digest: text.slice(at + 1) }),
  };
}

function suffix({ tag, digest }: Reference): string {
  return `${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

function splitDomain(name: string): { domain: string; path: string } {
  const slash = name.indexOf("/");
  const explicit = slash >= 0 && isDomain(name.slice(0, slash));
  const written = explicit ? name.slice(0, slash) : DEFAULT_DOMAIN;
  const domain = written === "index.docker.io" ? DEFAULT_DOMAIN : written;
  const path = explicit ? name.slice(slash + 1) : name;
  return { domain, path: domain === DEFAULT_DOMAIN && !path.includes("/") ? OFFICIAL_PREFIX + path : path };
}

/** A path can't have an upper-case letter, so a first component with one is meant as a host. */
function isDomain(component: string): boolean {
  return /[.:]/.test(component) || component === "localhost" || component !== component.toLowerCase();
}

function checkName(domain: string, path: string): void {
  if (path !== path.toLowerCase()) throw new TspodError("repository name must be lowercase");
  if (!DOMAIN.test(domain) || !path.split("/").every((component) => PATH_COMPONENT.test(component))) {
    throw invalidFormat();
  }
  if (domain.length + 1 + path.length > NAME_LIMIT) {
    throw new TspodError(`repository name must not be more than ${NAME_LIMIT} characters`);
  }
}

function checkDigest(text: string): Digest {
  if (isDigest(text)) return text;
  if (DIGEST_FORM.test(text) && !text.startsWith("sha256:")) {
    throw new TspodError(`unsupported digest algorithm in "${text}": only sha256 is supported`);
  }
  if (DIGEST_FORM.test(text)) return parseDigest(text);
  throw invalidFormat();
}

function invalidFormat(): TspodError {
  return new TspodError("invalid reference format");
}

import { TspodError } from "../../errors.ts";
import type { Maybe } from "../types/metadata.ts";
import type { DownwardItem, KeyItem, KeysSource, KubeVolume, ProjectedSource } from "../types/volume.ts";
import type { Keys, PodFacts } from "./facts.ts";
import { fieldValue, resourceValue } from "./field-value.ts";

/** A file of a volume that is made of documents. */
export interface VolumeFile {
  /** Relative, without `..`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
}

const DEFAULT_MODE = 0o644;

/**
 * The files of a configMap, secret, downwardAPI or projected volume; undefined for a volume of another kind.
 * @throws {TspodError} If something that isn't optional is not there, or two files have one path.
 */
export function volumeFiles(volume: KubeVolume, facts: PodFacts): VolumeFile[] | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  const one = configMap ?? secret ?? downwardAPI ?? projected;
  if (!one) return undefined;
  const sources: readonly ProjectedSource[] = projected?.sources ?? [
    { configMap, secret: secret && { ...secret, name: secret.secretName }, downwardAPI },
  ];
  const mode = one.defaultMode ?? DEFAULT_MODE;
  const files = sources.flatMap((source) => sourceFiles(source, { volume: volume.name, mode, facts }));
  checkPaths(files, volume.name);
  return files;
}

interface FilesContext {
  readonly volume: string;
  readonly mode: number;
  readonly facts: PodFacts;
}

function sourceFiles(
  { configMap, secret, downwardAPI }: ProjectedSource,
  context: FilesContext,
): VolumeFile[] {
  const { facts } = context;
  return [
    ...(configMap ? keyFiles(configMap, { from: facts.configMaps, what: "config map", context }) : []),
    ...(secret ? keyFiles(secret, { from: facts.secrets, what: "secret", context }) : []),
    ...(downwardAPI?.items ?? []).map((item) => downwardFile(item, context)),
  ];
}

function keyFiles(
  { name, items, optional }: KeysSource,
  { from, what, context }: { from: ReadonlyMap<string, Keys>; what: string; context: FilesContext },
): VolumeFile[] {
  const keys = from.get(name ?? "");
  if (keys === undefined) {
    if (optional) return [];
    throw new TspodError(`failed to create volume "${context.volume}": ${missingText(what, name ?? "")}`);
  }
  const chosen: readonly KeyItem[] = items ?? [...keys.keys()].map((key) => ({ key, path: key }));
  return chosen.flatMap(({ key, path, mode }) => {
    const bytes = keys.get(key);
    if (bytes !== undefined) return [{ path, bytes, mode: mode ?? context.mode }];
    if (optional) return [];
    throw new TspodError(`volume ${context.volume}: ${what} ${name ?? ""} has no key "${key}"`);
  });
}

/** Podman's words. */
function missingText(what: string, name: string): string {
  return what === "secret"
    ? `no secret with name or id "${name}": no such secret`
    : `no such ConfigMap "${name}"`;
}

function downwardFile(
  { path, fieldRef, resourceFieldRef, mode }: DownwardItem,
  context: FilesContext,
): VolumeFile {
  const { facts, volume } = context;
  const text = fieldRef
    ? fieldValue(fieldRef.fieldPath, facts)
    : resourceFieldRef && resourceValue(resourceFieldRef, "", facts);
  if (text === undefined || text === null) {
    const what = fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? "nothing";
    throw new TspodError(`volume ${volume}: ${what} is no field, or not known before the pod runs`);
  }
  return { path, bytes: Buffer.from(text), mode: mode ?? context.mode };
}

function checkPaths(files: readonly VolumeFile[], volume: string): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    if (!isInside(path))
      throw new TspodError(`volume ${volume}: "${path}" is no relative path below the volume`);
    if (seen.has(path)) throw new TspodError(`volume ${volume}: two files have the path "${path}"`);
    seen.add(path);
  }
}

/** Whether a path is relative, and leads to a file below its root. */
export function isInside(path: Maybe<string>): path is string {
  return (
    typeof path === "string" &&
    path !== "" &&
    !path.startsWith("/") &&
    !path.includes("\0") &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && part.length <= 255)
  );
}

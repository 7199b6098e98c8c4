import { TspodError } from "../../errors.ts";
import type { EnvFrom, EnvVar, KeyRef, KubeContainer, NameRef } from "../types/container.ts";
import type { Maybe } from "../types/metadata.ts";
import { expand } from "./expand.ts";
import type { Keys, PodFacts } from "./facts.ts";
import { fieldValue, resourceValue } from "./field-value.ts";

/**
 * The environment of a container: the image's and the defaults, then envFrom in its order, then env, in which
 * `$(NAME)` stands for what was defined before.
 * @param base `K=V`
 * @throws {TspodError} If something is referred to that is not there, and not optional.
 */
export function containerEnv(
  { name, env, envFrom }: Pick<KubeContainer, "name" | "env" | "envFrom">,
  base: readonly string[],
  facts: PodFacts,
): Map<string, string> {
  const result = new Map(base.map(splitEntry));
  for (const source of envFrom ?? [])
    for (const [key, value] of sourceEntries(source, facts)) result.set(key, value);
  for (const variable of env ?? []) {
    const value = variableValue(variable, { container: name, facts, env: result });
    if (value !== undefined) result.set(variable.name, value);
  }
  return result;
}

function splitEntry(text: string): [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function sourceEntries({ configMapRef, secretRef, prefix }: EnvFrom, facts: PodFacts): [string, string][] {
  const keys = [
    ...refKeys(configMapRef, facts.configMaps, noConfigMap),
    ...refKeys(secretRef, facts.secrets, noSecret),
  ];
  return keys.map(([key, bytes]) => [`${prefix ?? ""}${key}`, textOf(bytes)]);
}

function noConfigMap(name: string): string {
  return `configmap ${name} not found`;
}

function noSecret(name: string): string {
  return `no secret with name or id "${name}": no such secret`;
}

function refKeys(
  ref: Maybe<NameRef>,
  from: ReadonlyMap<string, Keys>,
  missing: (name: string) => string,
): Keys | [] {
  if (ref === null || ref === undefined) return [];
  const keys = from.get(ref.name ?? "");
  if (keys !== undefined) return keys;
  if (ref.optional) return [];
  throw new TspodError(missing(ref.name ?? ""));
}

interface ValueContext {
  readonly container: string;
  readonly facts: PodFacts;
  readonly env: ReadonlyMap<string, string>;
}

/** Undefined: an optional reference to what is not there. */
function variableValue({ name, value, valueFrom }: EnvVar, context: ValueContext): string | undefined {
  if (valueFrom === null || valueFrom === undefined) return expand(value ?? "", context.env);
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  const { facts } = context;
  if (configMapKeyRef)
    return keyValue(name, configMapKeyRef, {
      from: facts.configMaps,
      missing: noConfigMap,
      noKey: (map, key) => `key ${key} not found in configmap ${map}`,
    });
  if (secretKeyRef)
    return keyValue(name, secretKeyRef, {
      from: facts.secrets,
      missing: noSecret,
      noKey: (secret, key) => `secret ${secret} has not ${key} key`,
    });
  if (fieldRef) return known(name, fieldValue(fieldRef.fieldPath, facts), `fieldPath ${fieldRef.fieldPath}`);
  if (resourceFieldRef)
    return known(
      name,
      resourceValue(resourceFieldRef, context.container, facts),
      `resource ${resourceFieldRef.resource}`,
    );
  return "";
}

function known(name: string, value: string | undefined, what: string): string {
  if (value !== undefined) return value;
  throw new TspodError(`can not set env ${name}. Reason: ${what} is either not valid or not supported`);
}

/** Where keys are looked for, and Podman's words where they aren't. */
interface KeyPlace {
  readonly from: ReadonlyMap<string, Keys>;
  readonly missing: (name: string) => string;
  readonly noKey: (name: string, key: string) => string;
}

function keyValue(
  variable: string,
  { name, key, optional }: KeyRef,
  { from, missing, noKey }: KeyPlace,
): string | undefined {
  const keys = from.get(name);
  const bytes = keys?.get(key);
  if (bytes !== undefined) return textOf(bytes);
  if (optional) return undefined;
  const reason = keys === undefined ? missing(name) : noKey(name, key);
  throw new TspodError(`cannot set env ${variable}: ${reason}`);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

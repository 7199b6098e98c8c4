import type { Call } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { TspodError, UsageError } from "../../errors.ts";
import type { RegistryOptions } from "../../image/pull/pull-options.ts";
import type { EntryChange } from "../../oci/list-entry.ts";
import { registryFlags, registryOptions } from "./registry-flags.ts";

/** Flags of what asks registries about members of a list. */
export const listRegistryFlags = {
  ...registryFlags,
  insecure: { type: "boolean", hidden: true, help: "As --tls-verify=false" },
} as const satisfies FlagTable;

/** @throws {UsageError} If --insecure stands beside --tls-verify. */
export function listRegistryOptions(
  call: Pick<Call<typeof listRegistryFlags>, "cwd" | "env" | "flags" | "given">,
): RegistryOptions {
  if (call.flags.insecure && call.given.has("tls-verify"))
    throw new UsageError("--insecure may not be used with --tls-verify");
  return { ...registryOptions(call), ...(call.flags.insecure && { tlsVerify: false }) };
}

/** Flags that say something of an entry. */
export const entryFlags = {
  annotation: { type: "list", split: true, value: "KEY=VALUE", help: "Set an annotation of the image" },
  arch: { type: "string", value: "ARCH", help: "Architecture that the list says of the image" },
  features: {
    type: "list",
    split: true,
    value: "FEATURE",
    help: "Features of the processor that the image needs",
  },
  os: { type: "string", value: "OS", help: "Operating system that the list says of the image" },
  "os-version": { type: "string", value: "VERSION", help: "Version of the operating system" },
  variant: { type: "string", value: "VARIANT", help: "Variant of the architecture" },
} as const satisfies FlagTable;

/**
 * What they say, but for the features of the operating system. @throws {TspodError} If an annotation has no
 * value.
 */
export function entryChange(flags: Call<typeof entryFlags>["flags"]): EntryChange {
  return {
    os: flags.os || undefined,
    architecture: flags.arch || undefined,
    variant: flags.variant || undefined,
    osVersion: flags["os-version"] || undefined,
    osFeatures: undefined,
    features: flags.features.length === 0 ? undefined : flags.features,
    annotations: parseAnnotations(flags.annotation),
  };
}

/** Annotations of a list itself. @throws {TspodError} In Podman's words, if one has no value. */
export function parseIndexAnnotations(texts: readonly string[]): Record<string, string> | undefined {
  const bad = texts.find((text) => !text.includes("="));
  if (bad !== undefined) throw new TspodError(`expected --annotation "${bad}" to be in key=value format`);
  return parseAnnotations(texts);
}

/** @throws {TspodError} If one has no value. */
function parseAnnotations(texts: readonly string[]): Record<string, string> | undefined {
  if (texts.length === 0) return undefined;
  const pairs = texts.map((text): [string, string] => {
    const equals = text.indexOf("=");
    if (equals < 0) throw new TspodError(`no value given for annotation "${text}"`);
    return [text.slice(0, equals), text.slice(equals + 1)];
  });
  return Object.fromEntries(pairs);
}

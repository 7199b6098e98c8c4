import { DamagedError } from "../../errors.ts";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import { anything, list, members, size, soundJson, text } from "../../oci/shape.ts";
import { readSmallTextIfThere } from "../../os/files/read-small-file.ts";
import type { ContainerPaths } from "../state/paths.ts";

const process = members(
  { user: members({ uid: size, gid: size }), args: list(text), env: list(text), cwd: text },
  { rlimits: list(members({ type: text })) },
);
const mount = members({ destination: text, type: text, source: text, options: list(text) });

/** What is read out of it again: write-bundle.ts has written the whole. */
const shape = members({
  ociVersion: text,
  process,
  root: members({ path: text }),
  mounts: list(mount),
  linux: members({ namespaces: list(members({ type: text }, { path: text })) }, { resources: anything }),
});

/** A runtime spec; undefined where the text is none. */
export function parseSpec(found: string): RuntimeSpec | undefined {
  return soundJson(shape, found) as unknown as RuntimeSpec | undefined;
}

/**
 * config.json of a container's last start.
 * @returns undefined before the first start, and after its runtime directory has gone
 * @throws {DamagedError} If what is there is no runtime spec.
 */
export function readBundleSpec({ bundle }: ContainerPaths): RuntimeSpec | undefined {
  const path = `${bundle}/config.json`;
  const found = readSmallTextIfThere(path);
  if (found === undefined) return undefined;
  const spec = parseSpec(found);
  if (spec === undefined)
    throw new DamagedError(`"${path}" is damaged: the container's next start writes it anew`);
  return spec;
}

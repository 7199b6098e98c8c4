import { TspodError } from "../../errors.ts";
import { type HookName, isHookName } from "../../oci/runtime-spec.ts";
import { checkShape, integer, list, map, members, type Shape, text, textThat } from "../../oci/shape.ts";

export interface CdiDeviceNode {
  /** Absolute path in the container. */
  readonly path: string;
  /** Absent: the same path. */
  readonly hostPath?: string;
}

export interface CdiMount {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly options?: readonly string[];
  /** Absent: a bind. */
  readonly type?: string;
}

export interface CdiHook {
  readonly hookName: HookName;
  readonly path: string;
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  /** Seconds. */
  readonly timeout?: number;
}

/** What a device changes in a container. */
export interface CdiEdits {
  /** `NAME=VALUE` */
  readonly env?: readonly string[];
  readonly deviceNodes?: readonly CdiDeviceNode[];
  readonly mounts?: readonly CdiMount[];
  readonly hooks?: readonly CdiHook[];
  readonly additionalGids?: readonly number[];
}

/**
 * A file of a device's maker.
 * @see https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md
 */
export interface CdiSpec {
  readonly cdiVersion: string;
  /** `VENDOR/CLASS` */
  readonly kind: string;
  readonly devices: readonly { readonly name: string; readonly containerEdits?: CdiEdits }[];
  /** For whichever of its devices is given to a container. */
  readonly containerEdits?: CdiEdits;
}

const VERSIONS = "0.1.0 0.2.0 0.3.0 0.4.0 0.5.0 0.6.0 0.7.0 0.8.0 1.0.0 1.1.0".split(" ");

const texts = list(text);
const path = textThat((value): value is string => value.startsWith("/"), "an absolute path");
const hookName = textThat(isHookName, "the name of a hook");
/** Numbers and permissions of nodes are the host's: they are bound, not made. */
const deviceNode = members({ path }, { hostPath: path });
const mount = members({ hostPath: path, containerPath: path }, { options: texts, type: text });
const hook = members({ hookName, path }, { args: texts, env: texts, timeout: integer });
const edits = members(
  {},
  {
    env: texts,
    deviceNodes: list(deviceNode),
    mounts: list(mount),
    hooks: list(hook),
    additionalGids: list(integer),
  },
);
const specShape = members(
  { cdiVersion: text, kind: text, devices: list(members({ name: text }, { containerEdits: edits })) },
  { containerEdits: edits, annotations: map(text) },
) as Shape<CdiSpec>;

/**
 * Check what a file says, also that its version knows what is in it.
 * @param value its JSON or YAML, read
 * @throws {TspodError} If it is no CDI spec, of a newer version, or has what its version has not.
 */
export function checkCdiSpec(value: unknown): CdiSpec {
  const spec = checkShape(specShape, value, "CDI spec");
  const version = VERSIONS.indexOf(spec.cdiVersion.replace(/^v/, ""));
  if (version < 0)
    throw new TspodError(
      `invalid CDI spec: version "${spec.cdiVersion}" is not known: up to ${VERSIONS.at(-1)}`,
    );
  if (!/^[A-Za-z][\w.-]*\/[A-Za-z][\w.-]*$/.test(spec.kind))
    throw new TspodError(`invalid CDI spec: kind "${spec.kind}" is not VENDOR/CLASS`);
  for (const each of [spec.containerEdits, ...spec.devices.map((device) => device.containerEdits)])
    if (each !== undefined) checkVersion(each, spec.cdiVersion, version);
  return spec;
}

/** @see https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md#released-versions */
function checkVersion(each: CdiEdits, asked: string, version: number): void {
  const needed = [
    ["mounts.type", each.mounts?.some(({ type }) => type !== undefined), "0.4.0"],
    ["deviceNodes.hostPath", each.deviceNodes?.some(({ hostPath }) => hostPath !== undefined), "0.5.0"],
    ["additionalGids", each.additionalGids !== undefined && each.additionalGids.length > 0, "0.7.0"],
  ] as const;
  for (const [what, isThere, since] of needed)
    if (isThere && version < VERSIONS.indexOf(since))
      throw new TspodError(`invalid CDI spec: ${what} takes version ${since}, the spec says ${asked}`);
}

import { type Digest, isDigest } from "../oci/digest.ts";
import {
  anything,
  flag,
  integer,
  list,
  map,
  members,
  oneOf,
  partShape,
  type Shape,
  text,
  textThat,
} from "../oci/shape.ts";
import type { CreateOptions } from "./create-options.ts";
import { brokenNameRule } from "./names.ts";

/**
 * A container as it was created: containers/<id>/container.json. It never changes after creation but by
 * rename and update; what happens to the container is read from facts (the monitor's status and exit files).
 */
export interface ContainerRecord {
  readonly schemaVersion: 1;
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  /** Absent with --rootfs. */
  readonly image?: {
    /** Digest of the image config. */
    readonly id: Digest;
    /** Digest of the index that it was pulled through, otherwise of the manifest. */
    readonly digest: Digest;
    /** The full reference as resolved when the container was created. */
    readonly name: string;
  };
  /** Layer chain IDs, base first: the lower directories of the root filesystem. */
  readonly chainIds: readonly Digest[];
  /** What the user asked for, with the image's config merged in. */
  readonly options: CreateOptions;
  /** The command line that created it, for inspect's CreateCommand. */
  readonly createCommand: readonly string[];
  readonly runtime: { readonly name: string; readonly path: string; readonly byPath?: boolean };
  /** `--cgroup-manager`, where that was given: its starts keep to it. */
  readonly cgroupManager?: string;
  /** Anonymous and named volumes in use, by name. */
  readonly volumes: readonly {
    readonly name: string;
    readonly destination: string;
    readonly anonymous: boolean;
  }[];
}

const texts = list(text);
const chain = list(textThat(isDigest, "a sha256 digest"));
const kind = members({ kind: text });

/**
 * What everything that reads a record relies on. Not each member of the options: those that a later tspod has
 * added are missing in records that an earlier one has written.
 */
const optionsShape = members({
  source: kind,
  process: members({
    entrypoint: texts,
    command: texts,
    env: texts,
    groups: texts,
    user: text,
    workdir: text,
    stopSignal: text,
    stopTimeout: integer,
  }),
  network: members({ mode: kind, ports: list(anything) }),
  security: members({ capAdd: texts, capDrop: texts }),
  resources: members({}),
  mounts: list(members({ type: text })),
  ulimits: list(anything),
  ipc: kind,
  pid: kind,
  uts: kind,
  cgroupns: kind,
  userns: kind,
  labels: map(text),
  annotations: map(text),
  restart: members({ name: text, maximumRetries: integer }),
  log: members({ driver: text }),
  rm: flag,
});

const recordShape = members(
  {
    name: text,
    created: text,
    chainIds: chain,
    options: optionsShape,
    createCommand: texts,
    runtime: members({ name: text, path: text }),
    volumes: list(members({ name: text, destination: text, anonymous: flag })),
  },
  { image: members({ id: text, digest: text, name: text }) },
);

/**
 * The record of the container with this ID; its name is one, and so are those of its volumes: they become
 * paths.
 */
export function containerRecordShape(id: string): Shape<ContainerRecord> {
  return (value) => {
    const record = recordShape(value);
    partShape(oneOf(id), (value as { id?: unknown }).id, "id");
    partShape(named, record.name, "name");
    for (const [index, { name }] of record.volumes.entries())
      partShape(named, name, `volumes[${index}].name`);
    return record as unknown as ContainerRecord;
  };
}

const named = textThat((name): name is string => brokenNameRule(name) === undefined, "a name");

/**
 * The directory that --rootfs names, and that the container's root filesystem is; undefined: it has an upper
 * directory of its own, over layers or a directory.
 */
export function givenRootfs({ source }: Pick<CreateOptions, "source">): string | undefined {
  return source.kind === "rootfs" && source.overlay !== true ? source.path : undefined;
}

/**
 * What people know a container's source by: the full reference of its image, or the path of --rootfs; empty
 * for the pause program.
 */
export function sourceName({
  image,
  options: { source },
}: {
  readonly image?: ContainerRecord["image"];
  readonly options: Pick<CreateOptions, "source">;
}): string {
  if (image !== undefined) return image.name;
  switch (source.kind) {
    case "image":
      return source.name;
    case "rootfs":
      return source.path;
    case "pause":
      return "";
  }
}

/** ChainIDs of all layers that a container needs: of its root file system, and of images that it mounts. */
export function layersOf({ chainIds, options }: ContainerRecord): readonly Digest[] {
  const mounted = options.mounts.flatMap((mount) => (mount.type === "image" ? (mount.chainIds ?? []) : []));
  return [...chainIds, ...mounted];
}

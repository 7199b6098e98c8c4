import {
  anything,
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
import type { CreateOptions, ResourceOptions, RestartPolicy } from "./create-options.ts";
import { brokenNameRule } from "./names.ts";

/** What the containers of a pod can share, by Podman's words for `--share`. */
export const POD_NAMESPACES = ["cgroup", "ipc", "net", "pid", "uts"] as const;
export type PodNamespace = (typeof POD_NAMESPACES)[number];

/** What is done with a pod's infra container once the last other one has ended. */
export type ExitPolicy = "continue" | "stop";

/**
 * A pod as it was created: pods/<id>/pod.json. It never changes; what the pod does is read from its members.
 * What else they inherit (devices, security) stands in the options of the infra container.
 */
export interface PodRecord {
  readonly schemaVersion: 1;
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly exitPolicy: ExitPolicy;
  /** Sorted. */
  readonly shares: readonly PodNamespace[];
  /** The container that holds the namespaces; absent: the pod shares none. */
  readonly infraId?: string;
  /** As asked. */
  readonly hostname?: string;
  /** Limits of the pod's cgroup. */
  readonly resources: ResourceOptions;
  /** Whether the members' cgroups lie in one of the pod. */
  readonly shareParent: boolean;
  /** `--cgroup-parent`. */
  readonly cgroupParent?: string;
  /** That of members which ask for none of their own. */
  readonly restart?: RestartPolicy;
  /** What each member mounts as well; absent without infra. */
  readonly mounts?: CreateOptions["mounts"];
  readonly volumesFrom?: CreateOptions["volumesFrom"];
  readonly createCommand: readonly string[];
}

const recordShape = members(
  {
    name: textThat((name): name is string => brokenNameRule(name) === undefined, "a name"),
    created: text,
    labels: map(text),
    exitPolicy: oneOf("continue", "stop"),
    shares: list(oneOf(...POD_NAMESPACES)),
    resources: members({}),
    shareParent: anything,
    createCommand: list(text),
  },
  {
    infraId: text,
    hostname: text,
    cgroupParent: text,
    restart: members({ name: text, maximumRetries: integer }),
  },
);

/** The record of the pod with this ID. */
export function podRecordShape(id: string): Shape<PodRecord> {
  return (value) => {
    const record = recordShape(value);
    partShape(oneOf(id), (value as { id?: unknown }).id, "id");
    return record as unknown as PodRecord;
  };
}

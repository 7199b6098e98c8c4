import type { CreateRequest } from "../container/create/create.ts";
import type { CreateOptions, ResourceOptions, RestartPolicy } from "../options/create-options.ts";
import type { ExitPolicy, PodNamespace } from "../options/pod-record.ts";
import type { Runtime } from "../rootless/runtime.ts";

/** What the infra container is asked to be. */
export interface InfraRequest {
  /**
   * Its network, ports, name servers, host name, user namespace, mounts, devices, security and sysctls are
   * the pod's, and its members'. Its process is the pause program, unless an image or an entrypoint is given.
   */
  readonly options: CreateOptions;
  /** Absent: `POD-infra`, with the first 12 digits of the pod's ID. */
  readonly name?: string | undefined;
  /** Absent: our own. */
  readonly image?: CreateRequest["image"];
}

export interface PodRequest {
  /** Absent: a random one. */
  readonly name?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly exitPolicy: ExitPolicy;
  readonly shares: readonly PodNamespace[];
  /** Absent: the pod has no infra container, and shares nothing. */
  readonly infra?: InfraRequest | undefined;
  readonly hostname?: string | undefined;
  readonly resources: ResourceOptions;
  readonly shareParent: boolean;
  readonly cgroupParent?: string | undefined;
  readonly restart?: RestartPolicy | undefined;
  /** ID of its service container. */
  readonly service?: string | undefined;
  readonly runtime: Runtime;
  /** The full command line. */
  readonly createCommand: readonly string[];
}

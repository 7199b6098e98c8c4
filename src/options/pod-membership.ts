/** The pod that a container is in. */
export interface PodMembership {
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  /** Whether it is the one that holds the pod's namespaces. */
  readonly infra?: true;
  /** The ID of the service container that ends with the last of its pods. */
  readonly service?: string;
  /** Of infra: whether it ends with the last other container (the exit policy `stop`). */
  readonly ends?: true;
  /**
   * Runs to its end before the others, when the pod is started for the first time, or whenever it is. A
   * sidecar only begins before them, and runs as long as the pod does.
   */
  readonly init?: "once" | "always" | "sidecar";
}

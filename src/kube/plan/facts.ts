import type { Quantity, Texts } from "../types/metadata.ts";

/** Keys of a ConfigMap or Secret with their content. */
export type Keys = ReadonlyMap<string, Uint8Array>;

/** ConfigMaps and Secrets by name. */
export interface KeySources {
  readonly configMaps: ReadonlyMap<string, Keys>;
  readonly secrets: ReadonlyMap<string, Keys>;
}

/** What a pod's fields may refer to: `fieldRef` and `resourceFieldRef`. */
export interface PodFacts extends KeySources {
  readonly podName: string;
  /** 64 hex digits. */
  readonly podId: string;
  readonly namespace: string;
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly serviceAccount: string;
  readonly nodeName: string;
  /** Containers of the pod by name: their limits and requests. */
  readonly resources: ReadonlyMap<string, ContainerAmounts>;
  readonly node: { readonly cpus: number; readonly memory: number };
}

export interface ContainerAmounts {
  readonly limits: Readonly<Record<string, Quantity>>;
  readonly requests: Readonly<Record<string, Quantity>>;
}

import type { ResourceRef } from "./container.ts";
import type { Maybe, Quantity } from "./metadata.ts";

export interface KeyItem {
  readonly key: string;
  readonly path: string;
  readonly mode?: Maybe<number>;
}

export interface DownwardItem {
  readonly path: string;
  readonly fieldRef?: Maybe<{ readonly fieldPath: string }>;
  readonly resourceFieldRef?: Maybe<ResourceRef>;
  readonly mode?: Maybe<number>;
}

/** Some or all keys of a ConfigMap or a Secret, as files. */
export interface KeysSource {
  readonly name?: Maybe<string>;
  readonly items?: Maybe<readonly KeyItem[]>;
  readonly optional?: Maybe<boolean>;
}

export interface ProjectedSource {
  readonly configMap?: Maybe<KeysSource>;
  readonly secret?: Maybe<KeysSource>;
  readonly downwardAPI?: Maybe<{ readonly items?: Maybe<readonly DownwardItem[]> }>;
}

export interface KubeVolume {
  readonly name: string;
  readonly hostPath?: Maybe<{ readonly path: string; readonly type?: Maybe<string> }>;
  readonly emptyDir?: Maybe<{ readonly medium?: Maybe<string>; readonly sizeLimit?: Maybe<Quantity> }>;
  readonly configMap?: Maybe<KeysSource & { readonly defaultMode?: Maybe<number> }>;
  readonly secret?: Maybe<
    Omit<KeysSource, "name"> & { readonly secretName?: Maybe<string>; readonly defaultMode?: Maybe<number> }
  >;
  readonly downwardAPI?: Maybe<{
    readonly items?: Maybe<readonly DownwardItem[]>;
    readonly defaultMode?: Maybe<number>;
  }>;
  readonly projected?: Maybe<{
    readonly sources?: Maybe<readonly ProjectedSource[]>;
    readonly defaultMode?: Maybe<number>;
  }>;
  readonly persistentVolumeClaim?: Maybe<{ readonly claimName: string; readonly readOnly?: Maybe<boolean> }>;
  readonly image?: Maybe<{ readonly reference: string; readonly pullPolicy?: Maybe<string> }>;
}

import type { Maybe, Metadata, Quantity, Texts } from "./metadata.ts";
import type { PodTemplate } from "./pod.ts";

/** What every kind that has pods says of them. */
export interface WorkloadSpec {
  readonly replicas?: Maybe<number>;
  readonly template: PodTemplate;
  readonly parallelism?: Maybe<number>;
  readonly completions?: Maybe<number>;
  readonly backoffLimit?: Maybe<number>;
  readonly activeDeadlineSeconds?: Maybe<number>;
  readonly volumeClaimTemplates?: Maybe<
    readonly { readonly metadata?: Maybe<Metadata>; readonly spec?: Maybe<ClaimSpec> }[]
  >;
}

export interface ConfigMap {
  readonly data?: Maybe<Texts>;
  readonly binaryData?: Maybe<Texts>;
}

export interface Secret {
  readonly data?: Maybe<Texts>;
  readonly stringData?: Maybe<Texts>;
  readonly type?: Maybe<string>;
}

export interface ClaimSpec {
  readonly resources?: Maybe<{ readonly requests?: Maybe<Readonly<Record<string, Quantity>>> }>;
}

export interface ServiceSpec {
  readonly selector?: Maybe<Texts>;
  readonly type?: Maybe<string>;
  readonly ports?: Maybe<
    readonly {
      readonly name?: Maybe<string>;
      readonly port: number;
      readonly targetPort?: Maybe<number | string>;
      readonly nodePort?: Maybe<number>;
      readonly protocol?: Maybe<string>;
    }[]
  >;
}

export interface RuntimeClass {
  readonly handler: string;
}

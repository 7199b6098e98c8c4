import type { KubeContainer, Resources } from "./container.ts";
import type { Maybe, Metadata } from "./metadata.ts";
import type { SeccompProfile } from "./security-profile.ts";
import type { KubeVolume } from "./volume.ts";

export interface PodSecurityContext {
  readonly fsGroup?: Maybe<number>;
  readonly runAsGroup?: Maybe<number>;
  readonly runAsNonRoot?: Maybe<boolean>;
  readonly runAsUser?: Maybe<number>;
  readonly seLinuxOptions?: Maybe<Readonly<Record<string, string>>>;
  readonly seccompProfile?: Maybe<SeccompProfile>;
  readonly appArmorProfile?: Maybe<SeccompProfile>;
  readonly supplementalGroups?: Maybe<readonly number[]>;
  readonly sysctls?: Maybe<readonly { readonly name: string; readonly value: string }[]>;
}

export interface PodSpec {
  readonly containers: readonly KubeContainer[];
  readonly initContainers?: Maybe<readonly KubeContainer[]>;
  readonly volumes?: Maybe<readonly KubeVolume[]>;
  readonly restartPolicy?: Maybe<"Always" | "OnFailure" | "Never" | "">;
  readonly terminationGracePeriodSeconds?: Maybe<number>;
  readonly activeDeadlineSeconds?: Maybe<number>;
  readonly hostNetwork?: Maybe<boolean>;
  readonly hostPID?: Maybe<boolean>;
  readonly hostIPC?: Maybe<boolean>;
  readonly hostUsers?: Maybe<boolean>;
  readonly shareProcessNamespace?: Maybe<boolean>;
  readonly hostname?: Maybe<string>;
  readonly hostnameOverride?: Maybe<string>;
  readonly hostAliases?: Maybe<
    readonly { readonly ip: string; readonly hostnames?: Maybe<readonly string[]> }[]
  >;
  readonly dnsPolicy?: Maybe<"ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None" | "">;
  readonly dnsConfig?: Maybe<{
    readonly nameservers?: Maybe<readonly string[]>;
    readonly searches?: Maybe<readonly string[]>;
    readonly options?: Maybe<readonly { readonly name?: Maybe<string>; readonly value?: Maybe<string> }[]>;
  }>;
  readonly imagePullSecrets?: Maybe<readonly { readonly name: string }[]>;
  readonly runtimeClassName?: Maybe<string>;
  readonly securityContext?: Maybe<PodSecurityContext>;
  readonly resources?: Maybe<Resources>;
}

export interface PodTemplate {
  readonly metadata?: Maybe<Metadata>;
  readonly spec: PodSpec;
}

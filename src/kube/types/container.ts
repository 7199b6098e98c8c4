import type { Maybe, Quantity } from "./metadata.ts";
import type { SeccompProfile } from "./security-profile.ts";

export interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: Maybe<boolean>;
}

export interface ResourceRef {
  readonly resource: string;
  readonly containerName?: Maybe<string>;
  readonly divisor?: Maybe<Quantity>;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: Maybe<string>;
  readonly valueFrom?: Maybe<{
    readonly configMapKeyRef?: Maybe<KeyRef>;
    readonly secretKeyRef?: Maybe<KeyRef>;
    readonly fieldRef?: Maybe<{ readonly fieldPath: string }>;
    readonly resourceFieldRef?: Maybe<ResourceRef>;
  }>;
}

export interface NameRef {
  readonly name?: Maybe<string>;
  readonly optional?: Maybe<boolean>;
}

export interface EnvFrom {
  readonly configMapRef?: Maybe<NameRef>;
  readonly secretRef?: Maybe<NameRef>;
  readonly prefix?: Maybe<string>;
}

export interface ContainerPort {
  readonly containerPort: number;
  readonly hostPort?: Maybe<number>;
  readonly hostIP?: Maybe<string>;
  readonly name?: Maybe<string>;
  readonly protocol?: Maybe<string>;
}

export interface Resources {
  readonly limits?: Maybe<Readonly<Record<string, Quantity>>>;
  readonly requests?: Maybe<Readonly<Record<string, Quantity>>>;
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: Maybe<boolean>;
  readonly recursiveReadOnly?: Maybe<string>;
  readonly subPath?: Maybe<string>;
  readonly subPathExpr?: Maybe<string>;
  readonly mountPropagation?: Maybe<"None" | "HostToContainer" | "Bidirectional" | "">;
}

export interface SecurityContext {
  readonly allowPrivilegeEscalation?: Maybe<boolean>;
  readonly capabilities?: Maybe<{
    readonly add?: Maybe<readonly string[]>;
    readonly drop?: Maybe<readonly string[]>;
  }>;
  readonly privileged?: Maybe<boolean>;
  readonly procMount?: Maybe<string>;
  readonly readOnlyRootFilesystem?: Maybe<boolean>;
  readonly runAsGroup?: Maybe<number>;
  readonly runAsNonRoot?: Maybe<boolean>;
  readonly runAsUser?: Maybe<number>;
  readonly seLinuxOptions?: Maybe<Readonly<Record<string, string>>>;
  readonly seccompProfile?: Maybe<SeccompProfile>;
  readonly appArmorProfile?: Maybe<SeccompProfile>;
}

export interface HttpGet {
  readonly path?: Maybe<string>;
  readonly port: number | string;
  readonly host?: Maybe<string>;
  readonly scheme?: Maybe<string>;
  readonly httpHeaders?: Maybe<readonly { readonly name: string; readonly value: string }[]>;
}

export interface Handler {
  readonly exec?: Maybe<{ readonly command: readonly string[] }>;
  readonly httpGet?: Maybe<HttpGet>;
}

export interface Probe extends Handler {
  readonly tcpSocket?: Maybe<{ readonly port: number | string; readonly host?: Maybe<string> }>;
  readonly grpc?: Maybe<{ readonly port: number; readonly service?: Maybe<string> }>;
  readonly initialDelaySeconds?: Maybe<number>;
  readonly periodSeconds?: Maybe<number>;
  readonly timeoutSeconds?: Maybe<number>;
  readonly successThreshold?: Maybe<number>;
  readonly failureThreshold?: Maybe<number>;
  readonly terminationGracePeriodSeconds?: Maybe<number>;
}

export interface LifecycleHandler extends Handler {
  readonly sleep?: Maybe<{ readonly seconds: number }>;
}

export interface KubeContainer {
  readonly name: string;
  readonly image?: Maybe<string>;
  readonly imagePullPolicy?: Maybe<string>;
  readonly command?: Maybe<readonly string[]>;
  readonly args?: Maybe<readonly string[]>;
  readonly workingDir?: Maybe<string>;
  readonly env?: Maybe<readonly EnvVar[]>;
  readonly envFrom?: Maybe<readonly EnvFrom[]>;
  readonly ports?: Maybe<readonly ContainerPort[]>;
  readonly resources?: Maybe<Resources>;
  readonly volumeMounts?: Maybe<readonly VolumeMount[]>;
  readonly securityContext?: Maybe<SecurityContext>;
  readonly livenessProbe?: Maybe<Probe>;
  readonly readinessProbe?: Maybe<Probe>;
  readonly startupProbe?: Maybe<Probe>;
  readonly lifecycle?: Maybe<{
    readonly postStart?: Maybe<LifecycleHandler>;
    readonly preStop?: Maybe<LifecycleHandler>;
    readonly stopSignal?: Maybe<string>;
  }>;
  readonly restartPolicy?: Maybe<"Always" | "OnFailure" | "Never" | "">;
  readonly stdin?: Maybe<boolean>;
  readonly tty?: Maybe<boolean>;
}

import {
  any,
  between,
  boolean,
  type Field,
  inAnyCase,
  integerOrText,
  list,
  map,
  object,
  ofCluster,
  port,
  quantity,
  text,
  textMap,
  unsupported,
  wordsOr,
} from "./field.ts";
import { kind, labelSelector, metadata } from "./metadata.ts";
import { podSpec, podTemplate } from "./pod.ts";
import { claimSpec } from "./volume.ts";

const ROLLOUT = "has no effect: there is nothing that rolls out a change step by step";
const status = any;

const deployment = object(
  {
    replicas: between(0),
    selector: labelSelector,
    template: podTemplate,
    strategy: any,
    minReadySeconds: unsupported(ROLLOUT, 0),
    paused: unsupported(ROLLOUT, false),
    progressDeadlineSeconds: unsupported(ROLLOUT, 600),
    revisionHistoryLimit: any,
  },
  "template",
);

const daemonSet = object(
  {
    selector: labelSelector,
    template: podTemplate,
    updateStrategy: any,
    minReadySeconds: unsupported(ROLLOUT, 0),
    revisionHistoryLimit: any,
  },
  "template",
);

const claimTemplate = object({ kind: text, apiVersion: text, metadata, spec: claimSpec, status });

const statefulSet = object(
  {
    replicas: between(0),
    selector: labelSelector,
    serviceName: text,
    template: podTemplate,
    volumeClaimTemplates: list(claimTemplate),
    updateStrategy: any,
    podManagementPolicy: any,
    minReadySeconds: unsupported(ROLLOUT, 0),
    revisionHistoryLimit: any,
    ordinals: unsupported("has no effect: the one replica is number 0"),
    persistentVolumeClaimRetentionPolicy: unsupported(
      "has no effect: volumes stay until `kube down --force`",
    ),
  },
  "template",
);

const job = object(
  {
    template: podTemplate,
    selector: labelSelector,
    parallelism: between(0),
    completions: between(0),
    backoffLimit: between(0),
    activeDeadlineSeconds: between(1),
    completionMode: unsupported("has no effect: a job has one pod here", "NonIndexed"),
    manualSelector: any,
    suspend: unsupported("is not carried out: play it with --start=false", false),
    ttlSecondsAfterFinished: unsupported("is not carried out: remove it by `kube down`"),
    podFailurePolicy: unsupported("is not carried out"),
    podReplacementPolicy: unsupported("has no effect: a job has one pod here"),
    backoffLimitPerIndex: unsupported("has no effect: a job has one pod here"),
    maxFailedIndexes: unsupported("has no effect: a job has one pod here"),
    successPolicy: unsupported("has no effect: a job has one pod here"),
    managedBy: ofCluster(),
  },
  "template",
);

const servicePort = object(
  {
    name: text,
    port,
    targetPort: integerOrText,
    nodePort: { kind: "integer", min: 0, max: 65_535 },
    protocol: inAnyCase("TCP", "UDP", "SCTP"),
    appProtocol: any,
  },
  "port",
);

const NO_PROXY = "has no effect: there is no proxy before a service";

const service = object({
  selector: textMap,
  ports: list(servicePort),
  type: wordsOr("is taken as ClusterIP", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
  clusterIP: unsupported("is not carried out: a service has its pod's address", "None", ""),
  clusterIPs: any,
  externalName: unsupported("is not carried out: use hostAliases"),
  externalIPs: unsupported("is not carried out: ports are published on all addresses of the host"),
  externalTrafficPolicy: any,
  internalTrafficPolicy: any,
  trafficDistribution: any,
  ipFamilies: any,
  ipFamilyPolicy: any,
  allocateLoadBalancerNodePorts: any,
  healthCheckNodePort: unsupported(NO_PROXY, 0),
  loadBalancerClass: ofCluster(),
  loadBalancerIP: unsupported("is not carried out: ports are published on all addresses of the host"),
  loadBalancerSourceRanges: unsupported("is not carried out: everybody reaches a published port"),
  publishNotReadyAddresses: any,
  sessionAffinity: unsupported(NO_PROXY, "None"),
  sessionAffinityConfig: unsupported(NO_PROXY),
});

export const SECRET: Field = kind({ data: textMap, stringData: textMap, type: text, immutable: boolean });

/** The table of each kind that `kube play` carries out. */
export const KINDS: Readonly<Record<string, Field>> = {
  Pod: kind({ spec: podSpec, status }, "spec"),
  Deployment: kind({ spec: deployment, status }, "spec"),
  DaemonSet: kind({ spec: daemonSet, status }, "spec"),
  StatefulSet: kind({ spec: statefulSet, status }, "spec"),
  Job: kind({ spec: job, status }, "spec"),
  ConfigMap: kind({ data: textMap, binaryData: textMap, immutable: boolean }),
  Secret: SECRET,
  PersistentVolumeClaim: kind({ spec: claimSpec, status }),
  Service: kind({ spec: service, status }, "spec"),
  RuntimeClass: kind(
    { handler: text, overhead: object({ podFixed: map(quantity) }), scheduling: ofCluster() },
    "handler",
  ),
};

/** Kinds that need more than a warning: what to do in their place. */
export const REFUSED: Readonly<Record<string, string>> = {
  CronJob:
    "nothing here waits for a time: put its jobTemplate into a Job, and start that by a systemd timer (or a quadlet's) that runs `tspod kube play --replace`",
};

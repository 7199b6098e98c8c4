import { container, ephemeralContainers } from "./container.ts";
import {
  between,
  boolean,
  type Field,
  lenientObject,
  list,
  object,
  ofCluster,
  text,
  texts,
  unsupported,
  wordsOr,
} from "./field.ts";
import { metadata } from "./metadata.ts";
import { quantities } from "./resources.ts";
import { podSecurityContext } from "./security.ts";
import { volume } from "./volume.ts";

export const podSpec: Field = object(
  {
    containers: list(container),
    initContainers: list(container),
    ephemeralContainers,
    volumes: list(volume),
    restartPolicy: wordsOr("is taken as Always", "Always", "OnFailure", "Never"),
    terminationGracePeriodSeconds: between(0),
    activeDeadlineSeconds: between(1),
    hostNetwork: boolean,
    hostPID: boolean,
    hostIPC: boolean,
    hostUsers: boolean,
    shareProcessNamespace: boolean,
    hostname: text,
    hostnameOverride: text,
    subdomain: unsupported("has no effect: the pod is found by its own name"),
    setHostnameAsFQDN: unsupported("has no effect: the pod's name has no domain", false),
    hostAliases: list(object({ ip: text, hostnames: texts }, "ip")),
    dnsPolicy: wordsOr(
      "is taken as ClusterFirst",
      "ClusterFirst",
      "ClusterFirstWithHostNet",
      "Default",
      "None",
    ),
    dnsConfig: object({
      nameservers: texts,
      searches: texts,
      options: list(object({ name: text, value: text })),
    }),
    imagePullSecrets: list(lenientObject({ name: text }, { name: "" })),
    runtimeClassName: text,
    securityContext: podSecurityContext,
    resources: object({ limits: quantities, requests: quantities, claims: ofCluster() }),
    overhead: ofCluster(),
    os: object({ name: wordsOr("has no effect", "linux") }),
    affinity: ofCluster(),
    nodeName: ofCluster(),
    nodeSelector: ofCluster(),
    preemptionPolicy: ofCluster("PreemptLowerPriority"),
    priority: ofCluster(0),
    priorityClassName: ofCluster(),
    readinessGates: ofCluster(),
    resourceClaims: ofCluster(),
    schedulerName: ofCluster("default-scheduler"),
    schedulingGates: ofCluster(),
    schedulingGroup: ofCluster(),
    workloadRef: ofCluster(),
    tolerations: ofCluster(),
    topologySpreadConstraints: ofCluster(),
    // A pod here has no API server to talk to, so what it may do there means nothing.
    automountServiceAccountToken: unsupported("has no effect: there is no API server here", false, true),
    serviceAccountName: ofCluster("default", ""),
    serviceAccount: ofCluster("default", ""),
    enableServiceLinks: unsupported("is not carried out: services are found by name", false, true),
  },
  "containers",
);

export const podTemplate = object({ metadata, spec: podSpec }, "spec");

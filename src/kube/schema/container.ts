import {
  boolean,
  type Field,
  inAnyCase,
  integer,
  lenientObject,
  list,
  object,
  ofCluster,
  oneOf,
  partlyWords,
  pullPolicy,
  quantity,
  text,
  texts,
  unsupported,
  wordsOr,
} from "./field.ts";
import { lifecycle, probe } from "./probe.ts";
import { quantities } from "./resources.ts";
import { appArmorProfile, seccompProfile, seLinuxOptions, windowsOptions } from "./security.ts";

const keyOf = object({ name: text, key: text, optional: boolean }, "name", "key");

const valueFrom = object({
  configMapKeyRef: keyOf,
  secretKeyRef: keyOf,
  fieldRef: object({ fieldPath: text, apiVersion: text }, "fieldPath"),
  resourceFieldRef: object({ resource: text, containerName: text, divisor: quantity }, "resource"),
  fileKeyRef: unsupported("is not carried out"),
});

const nameOf = object({ name: text, optional: boolean }, "name");

const containerPort = lenientObject(
  {
    containerPort: { kind: "integer", min: 0, max: 65_535 },
    hostPort: { kind: "integer", min: 0, max: 65_535 },
    hostIP: text,
    name: text,
    protocol: inAnyCase("TCP", "UDP", "SCTP"),
  },
  { containerPort: 0 },
);

const volumeMount = object(
  {
    name: text,
    mountPath: text,
    readOnly: boolean,
    recursiveReadOnly: partlyWords(
      ["Disabled", "IfPossible", "Enabled"],
      ["Disabled"],
      "is not carried out: mounts below a read-only one stay writable",
    ),
    subPath: text,
    subPathExpr: text,
    mountPropagation: oneOf("None", "HostToContainer", "Bidirectional"),
  },
  "name",
  "mountPath",
);

const securityContext = object({
  allowPrivilegeEscalation: boolean,
  appArmorProfile,
  capabilities: object({ add: texts, drop: texts }),
  privileged: boolean,
  procMount: wordsOr("is taken as Default", "Default", "Unmasked"),
  readOnlyRootFilesystem: boolean,
  runAsGroup: integer,
  runAsNonRoot: boolean,
  runAsUser: integer,
  seLinuxOptions,
  seccompProfile,
  windowsOptions,
  // Of the pod only, but Podman's own YAML has had it here for years.
  fsGroup: integer,
});

/** A container of a pod, and an init container, which alone has a restartPolicy. */
export const container: Field = lenientObject(
  {
    name: text,
    image: text,
    imagePullPolicy: pullPolicy,
    command: texts,
    args: texts,
    workingDir: text,
    env: list(object({ name: text, value: text, valueFrom }, "name")),
    envFrom: list(object({ configMapRef: nameOf, secretRef: nameOf, prefix: text })),
    ports: list(containerPort),
    resources: object({
      limits: quantities,
      requests: quantities,
      claims: ofCluster(),
    }),
    resizePolicy: ofCluster(),
    volumeMounts: list(volumeMount),
    volumeDevices: unsupported("is not carried out: use a hostPath of type BlockDevice"),
    securityContext,
    livenessProbe: probe,
    readinessProbe: probe,
    startupProbe: probe,
    lifecycle,
    restartPolicy: wordsOr("has no effect", "Always", "OnFailure", "Never"),
    restartPolicyRules: unsupported(
      "is not carried out: a container is restarted as the pod's restartPolicy says",
    ),
    stdin: boolean,
    stdinOnce: unsupported("is not carried out: the input stays open", false),
    tty: boolean,
    terminationMessagePath: unsupported(
      "is not carried out: what a container writes there is not read",
      "/dev/termination-log",
    ),
    terminationMessagePolicy: unsupported("is not carried out", "File"),
  },
  { name: "" },
);

/** For `kubectl debug` only: a cluster adds them to what runs. */
export const ephemeralContainers = unsupported("is not carried out: use `tspod exec`");

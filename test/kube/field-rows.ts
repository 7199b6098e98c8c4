import { IMAGE } from "../support/world.ts";

// One small document for each row, with one field: what `inspect` says of its container.

/** Where a document names a directory of the host. */
const DIRECTORY = "@DIRECTORY@";

/** What stands in the container, in the pod's spec, in its metadata; a template of inspect, what it gives. */
export type Row = readonly [
  field: string,
  container: string,
  spec: string,
  format: string,
  expected: string | RegExp,
];

const env = "{{range .Config.Env}}{{println .}}{{end}}";
const mounts = "{{range .Mounts}}{{.Type}} {{.Destination}} {{.RW}} {{.Propagation}}{{println}}{{end}}";
const mount = (more = "") => `volumeMounts: [{name: v, mountPath: /v${more}}]`;
const volume = (text: string) => `volumes: [{name: v, ${text}}]`;
const security = (text: string) => `securityContext: {${text}}`;
const variable = (from: string) => `env: [{name: X, valueFrom: {${from}}}]`;
const limits = (text: string) => `resources: {limits: {${text}}}`;
const requests = (text: string) => `resources: {requests: {${text}}}`;
const probe = (kind: string, text: string) => `${kind}: {${text}}`;
const health = "{{json .Config.Healthcheck}}";
const startup = "{{json .Config.StartupHealthCheck}}";

export const ROWS: readonly Row[] = [
  ["nothing", "", "", "{{.Path}} {{.Args}} {{.HostConfig.RestartPolicy.Name}}", "sleep [1000] always"],
  ["command", "command: [echo, a]", "", "{{.Path}} {{.Args}}", "echo [a]"],
  ["args", "command: [echo], args: [b, c]", "", "{{.Path}} {{.Args}}", "echo [b c]"],
  [
    "args that expand",
    "env: [{name: A, value: x}], command: [echo], args: [$(A), $$(A), $(B)]",
    "",
    "{{.Args}}",
    "[x $(A) $(B)]",
  ],
  ["command that expands", "env: [{name: A, value: x}], command: [echo, $(A)]", "", "{{.Args}}", "[x]"],
  ["workingDir", "workingDir: /tmp", "", "{{.Config.WorkingDir}}", "/tmp"],
  ["tty", "tty: true", "", "{{.Config.Tty}}", "true"],
  ["stdin", "stdin: true", "", "{{.Config.OpenStdin}}", "true"],
  ["env.value", "env: [{name: A, value: one}]", "", env, /^A=one$/m],
  ["env without a value", "env: [{name: A}]", "", env, /^A=$/m],
  [
    "env.value of another",
    "env: [{name: A, value: one}, {name: B, value: $(A)-two}]",
    "",
    env,
    /^B=one-two$/m,
  ],
  [
    "env.value that comes later",
    "env: [{name: B, value: $(A)}, {name: A, value: one}]",
    "",
    env,
    /^B=\$\(A\)$/m,
  ],
  ["configMapKeyRef", variable("configMapKeyRef: {name: m, key: a}"), "", env, /^X=map-a$/m],
  [
    "configMapKeyRef, optional",
    variable("configMapKeyRef: {name: none, key: a, optional: true}"),
    "",
    env,
    /^(?!X=)/,
  ],
  ["secretKeyRef of data", variable("secretKeyRef: {name: s, key: coded}"), "", env, /^X=from-base64$/m],
  ["secretKeyRef of stringData", variable("secretKeyRef: {name: s, key: plain}"), "", env, /^X=text$/m],
  ["fieldRef metadata.name", variable("fieldRef: {fieldPath: metadata.name}"), "", env, /^X=row-\d+$/m],
  [
    "fieldRef metadata.namespace",
    variable("fieldRef: {fieldPath: metadata.namespace}"),
    "",
    env,
    /^X=default$/m,
  ],
  ["fieldRef metadata.uid", variable("fieldRef: {fieldPath: metadata.uid}"), "", env, /^X=[0-9a-f]{64}$/m],
  ["fieldRef a label", variable("fieldRef: {fieldPath: \"metadata.labels['app']\"}"), "", env, /^X=rows$/m],
  [
    "fieldRef an annotation",
    variable("fieldRef: {fieldPath: \"metadata.annotations['note']\"}"),
    "",
    env,
    /^X=noted$/m,
  ],
  [
    "fieldRef a label that is not there",
    variable("fieldRef: {fieldPath: \"metadata.labels['no']\"}"),
    "",
    env,
    /^X=$/m,
  ],
  [
    "fieldRef spec.serviceAccountName",
    variable("fieldRef: {fieldPath: spec.serviceAccountName}"),
    "",
    env,
    /^X=default$/m,
  ],
  ["fieldRef spec.nodeName", variable("fieldRef: {fieldPath: spec.nodeName}"), "", env, /^X=.+$/m],
  [
    "resourceFieldRef limits.cpu",
    `${variable("resourceFieldRef: {resource: limits.cpu}")}, ${limits("cpu: 1500m")}`,
    "",
    env,
    /^X=2$/m,
  ],
  [
    "resourceFieldRef with a divisor",
    `${variable("resourceFieldRef: {resource: limits.cpu, divisor: 1m}")}, ${limits("cpu: 1500m")}`,
    "",
    env,
    /^X=1500$/m,
  ],
  [
    "resourceFieldRef limits.memory",
    `${variable("resourceFieldRef: {resource: limits.memory, divisor: 1Mi}")}, ${limits("memory: 64Mi")}`,
    "",
    env,
    /^X=64$/m,
  ],
  [
    "resourceFieldRef requests.memory",
    `${variable("resourceFieldRef: {resource: requests.memory}")}, ${requests("memory: 1k")}`,
    "",
    env,
    /^X=1000$/m,
  ],
  [
    "resourceFieldRef without a limit",
    variable("resourceFieldRef: {resource: limits.memory}"),
    "",
    env,
    /^X=\d{8,}$/m,
  ],
  ["envFrom configMapRef", "envFrom: [{configMapRef: {name: m}}]", "", env, /^b=map-b$/m],
  ["envFrom secretRef", "envFrom: [{secretRef: {name: s}}]", "", env, /^plain=text$/m],
  ["envFrom prefix", "envFrom: [{prefix: P_, configMapRef: {name: m}}]", "", env, /^P_a=map-a$/m],
  [
    "envFrom optional",
    "envFrom: [{configMapRef: {name: none, optional: true}}]",
    "",
    "{{.State.Status}}",
    "created",
  ],
  [
    "env goes before envFrom",
    "envFrom: [{configMapRef: {name: m}}], env: [{name: a, value: own}]",
    "",
    env,
    /^a=own$/m,
  ],
  ["limits.memory in Mi", limits("memory: 64Mi"), "", "{{.HostConfig.Memory}}", "67108864"],
  ["limits.memory in M", limits("memory: 64M"), "", "{{.HostConfig.Memory}}", "64000000"],
  ["limits.memory as a number", limits("memory: 67108864"), "", "{{.HostConfig.Memory}}", "67108864"],
  ["limits.memory with an exponent", limits('memory: "1e8"'), "", "{{.HostConfig.Memory}}", "100000000"],
  [
    "limits.cpu in m",
    limits("cpu: 500m"),
    "",
    "{{.HostConfig.CpuQuota}} {{.HostConfig.CpuPeriod}}",
    "50000 100000",
  ],
  ["limits.cpu as a number", limits("cpu: 2"), "", "{{.HostConfig.CpuQuota}}", "200000"],
  ["limits.cpu that is tiny", limits("cpu: 1m"), "", "{{.HostConfig.CpuQuota}}", "1000"],
  ["requests.memory", requests("memory: 32Mi"), "", "{{.HostConfig.MemoryReservation}}", "33554432"],
  ["requests.cpu", requests("cpu: 500m"), "", "{{.HostConfig.CpuShares}}", "512"],
  ["runAsUser", security("runAsUser: 7"), "", "{{.Config.User}}", "7"],
  ["runAsUser and runAsGroup", security("runAsUser: 7, runAsGroup: 8"), "", "{{.Config.User}}", "7:8"],
  ["runAsGroup", security("runAsGroup: 8"), "", "{{.Config.User}}", "0:8"],
  ["runAsUser of the pod", "", security("runAsUser: 9"), "{{.Config.User}}", "9"],
  ["runAsUser of both", security("runAsUser: 7"), security("runAsUser: 9"), "{{.Config.User}}", "7"],
  ["runAsNonRoot", security("runAsNonRoot: true, runAsUser: 7"), "", "{{.Config.User}}", "7"],
  ["supplementalGroups", "", security("supplementalGroups: [11, 12]"), "{{.HostConfig.GroupAdd}}", "[11 12]"],
  ["fsGroup", "", security("fsGroup: 13"), "{{.HostConfig.GroupAdd}}", "[13]"],
  [
    "capabilities.add",
    security("capabilities: {add: [NET_ADMIN]}"),
    "",
    "{{.HostConfig.CapAdd}}",
    "[CAP_NET_ADMIN]",
  ],
  [
    "capabilities.drop",
    security("capabilities: {drop: [CHOWN]}"),
    "",
    "{{.HostConfig.CapDrop}}",
    "[CAP_CHOWN]",
  ],
  ["capabilities.drop ALL", security("capabilities: {drop: [ALL]}"), "", "{{.EffectiveCaps}}", "[]"],
  ["privileged", security("privileged: true"), "", "{{.HostConfig.Privileged}}", "true"],
  [
    "readOnlyRootFilesystem",
    security("readOnlyRootFilesystem: true"),
    "",
    "{{.HostConfig.ReadonlyRootfs}}",
    "true",
  ],
  [
    "allowPrivilegeEscalation: false",
    security("allowPrivilegeEscalation: false"),
    "",
    "{{.State.Status}}",
    "created",
  ],
  ["procMount Unmasked", security("procMount: Unmasked"), "", "{{.HostConfig.SecurityOpt}}", "[unmask=all]"],
  [
    "seccompProfile Unconfined",
    security("seccompProfile: {type: Unconfined}"),
    "",
    "{{.HostConfig.SecurityOpt}}",
    /seccomp=unconfined|^\[\]$/,
  ],
  [
    "seccompProfile RuntimeDefault",
    "",
    security("seccompProfile: {type: RuntimeDefault}"),
    "{{.State.Status}}",
    "created",
  ],
  ["seLinuxOptions", security('seLinuxOptions: {level: "s0:c1,c2"}'), "", "{{.State.Status}}", "created"],
  [
    "sysctls",
    "",
    security("sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: '80'}]"),
    "{{.State.Status}}",
    "created",
  ],
  ["restartPolicy Always", "", "restartPolicy: Always", "{{.HostConfig.RestartPolicy.Name}}", "always"],
  [
    "restartPolicy OnFailure",
    "",
    "restartPolicy: OnFailure",
    "{{.HostConfig.RestartPolicy.Name}}",
    "on-failure",
  ],
  ["restartPolicy Never", "", "restartPolicy: Never", "{{.HostConfig.RestartPolicy.Name}}", "no"],
  ["terminationGracePeriodSeconds", "", "terminationGracePeriodSeconds: 33", "{{.Config.StopTimeout}}", "33"],
  ["activeDeadlineSeconds", "", "activeDeadlineSeconds: 44", "{{.Config.Timeout}}", "44"],
  ["lifecycle.stopSignal", "lifecycle: {stopSignal: SIGUSR1}", "", "{{.Config.StopSignal}}", "SIGUSR1"],
  ["hostPath", mount(), volume(`hostPath: {path: ${DIRECTORY}}`), mounts, /^bind \/v true/m],
  [
    "hostPath Directory",
    mount(),
    volume(`hostPath: {path: ${DIRECTORY}, type: Directory}`),
    mounts,
    /^bind \/v true/m,
  ],
  [
    "hostPath DirectoryOrCreate",
    mount(),
    volume(`hostPath: {path: ${DIRECTORY}/made/deep, type: DirectoryOrCreate}`),
    mounts,
    /^bind \/v true/m,
  ],
  [
    "hostPath File",
    mount(),
    volume(`hostPath: {path: ${DIRECTORY}/file, type: File}`),
    mounts,
    /^bind \/v true/m,
  ],
  [
    "hostPath FileOrCreate",
    mount(),
    volume(`hostPath: {path: ${DIRECTORY}/new, type: FileOrCreate}`),
    mounts,
    /^bind \/v true/m,
  ],
  [
    "hostPath CharDevice",
    mount(),
    volume("hostPath: {path: /dev/null, type: CharDevice}"),
    "{{range .HostConfig.Devices}}{{.PathInContainer}}{{end}}",
    "/v",
  ],
  ["hostPath relative", mount(), volume("hostPath: {path: .}"), mounts, /^bind \/v true/m],
  [
    "volumeMounts.readOnly",
    mount(", readOnly: true"),
    volume(`hostPath: {path: ${DIRECTORY}}`),
    mounts,
    /^bind \/v false/m,
  ],
  [
    "mountPropagation HostToContainer",
    mount(", mountPropagation: HostToContainer"),
    volume(`hostPath: {path: ${DIRECTORY}}`),
    mounts,
    /rslave$/m,
  ],
  [
    "mountPropagation Bidirectional",
    mount(", mountPropagation: Bidirectional"),
    volume(`hostPath: {path: ${DIRECTORY}}`),
    mounts,
    /rshared$/m,
  ],
  [
    "mountPath with Podman's options",
    "volumeMounts: [{name: v, mountPath: '/v:ro'}]",
    volume(`hostPath: {path: ${DIRECTORY}}`),
    mounts,
    /^bind \/v false/m,
  ],
  ["emptyDir", mount(), volume("emptyDir: {}"), mounts, /^bind \/v true/m],
  [
    "emptyDir Memory",
    mount(),
    volume("emptyDir: {medium: Memory, sizeLimit: 1Mi}"),
    mounts,
    /^volume \/v true/m,
  ],
  ["configMap", mount(), volume("configMap: {name: m}"), mounts, /^bind \/v false/m],
  [
    "configMap optional",
    mount(),
    volume("configMap: {name: none, optional: true}"),
    mounts,
    /^bind \/v false/m,
  ],
  [
    "configMap items",
    mount(),
    volume("configMap: {name: m, items: [{key: a, path: x/y}]}"),
    mounts,
    /^bind \/v false/m,
  ],
  ["secret", mount(), volume("secret: {secretName: s}"), mounts, /^bind \/v false/m],
  [
    "secret defaultMode",
    mount(),
    volume("secret: {secretName: s, defaultMode: 0400}"),
    mounts,
    /^bind \/v false/m,
  ],
  [
    "downwardAPI",
    mount(),
    volume("downwardAPI: {items: [{path: l, fieldRef: {fieldPath: metadata.labels}}]}"),
    mounts,
    /^bind \/v false/m,
  ],
  [
    "projected",
    mount(),
    volume("projected: {sources: [{configMap: {name: m}}, {secret: {name: s}}]}"),
    mounts,
    /^bind \/v false/m,
  ],
  [
    "persistentVolumeClaim",
    mount(),
    volume("persistentVolumeClaim: {claimName: rows-claim}"),
    mounts,
    /^volume \/v true/m,
  ],
  [
    "persistentVolumeClaim read-only",
    mount(),
    volume("persistentVolumeClaim: {claimName: rows-claim, readOnly: true}"),
    mounts,
    /^volume \/v false/m,
  ],
  [
    "image volume",
    mount(),
    volume(`image: {reference: "${IMAGE}", pullPolicy: Never}`),
    "{{.State.Status}}",
    "created",
  ],
  ["imagePullPolicy Never", "imagePullPolicy: Never", "", "{{.ImageName}}", IMAGE],
  ["imagePullPolicy IfNotPresent", "imagePullPolicy: IfNotPresent", "", "{{.ImageName}}", IMAGE],
  ["imagePullPolicy Always", "imagePullPolicy: Always", "", "{{.ImageName}}", IMAGE],
  ["hostPID", "", "hostPID: true", "{{.HostConfig.PidMode}}", "host"],
  [
    "shareProcessNamespace",
    "",
    "shareProcessNamespace: true",
    "{{.HostConfig.PidMode}}",
    /^container:[0-9a-f]{64}$/,
  ],
  ["network of the pod", "", "", "{{.HostConfig.NetworkMode}}", /^container:[0-9a-f]{64}$/],
  ["hostNetwork", "", "hostNetwork: true", "{{.HostConfig.NetworkMode}}", /^container:[0-9a-f]{64}$/],
  ["labels of the pod", "", "", "{{index .Config.Labels `app`}}", "rows"],
  [
    "livenessProbe exec",
    probe("livenessProbe", "exec: {command: [test, -e, /x]}"),
    "",
    health,
    /"Test":\["CMD","test","-e","\/x"\]/,
  ],
  [
    "livenessProbe periodSeconds",
    probe("livenessProbe", "exec: {command: [a]}, periodSeconds: 7"),
    "",
    health,
    /"Interval":7000000000/,
  ],
  [
    "livenessProbe, the default period",
    probe("livenessProbe", "exec: {command: [a]}"),
    "",
    health,
    /"Interval":10000000000/,
  ],
  [
    "livenessProbe timeoutSeconds",
    probe("livenessProbe", "exec: {command: [a]}, timeoutSeconds: 4"),
    "",
    health,
    /"Timeout":4000000000/,
  ],
  [
    "livenessProbe failureThreshold",
    probe("livenessProbe", "exec: {command: [a]}, failureThreshold: 5"),
    "",
    health,
    /"Retries":5/,
  ],
  [
    "livenessProbe httpGet",
    probe("livenessProbe", "httpGet: {path: /p, port: 80}"),
    "",
    health,
    /"PROBE","http:\/\/:80\/p"/,
  ],
  [
    "livenessProbe httpGet by a port's name",
    `ports: [{name: w, containerPort: 81}], ${probe("livenessProbe", "httpGet: {port: w}")}`,
    "",
    health,
    /"http:\/\/:81\/"/,
  ],
  [
    "livenessProbe httpGet HTTPS of a host",
    probe("livenessProbe", "httpGet: {port: 1, host: h, scheme: HTTPS}"),
    "",
    health,
    /"https:\/\/h:1\/"/,
  ],
  [
    "livenessProbe tcpSocket",
    probe("livenessProbe", "tcpSocket: {port: 82}"),
    "",
    health,
    /"PROBE","tcp:\/\/:82"/,
  ],
  [
    "livenessProbe grpc",
    probe("livenessProbe", "grpc: {port: 83, service: z}"),
    "",
    health,
    /"PROBE","grpc:\/\/:83\/z"/,
  ],
  [
    "livenessProbe restarts",
    probe("livenessProbe", "exec: {command: [a]}"),
    "",
    "{{.Config.HealthcheckOnFailureAction}}",
    "restart",
  ],
  [
    "livenessProbe of a pod that is never restarted",
    probe("livenessProbe", "exec: {command: [a]}"),
    "restartPolicy: Never",
    "{{.Config.HealthcheckOnFailureAction}}",
    "stop",
  ],
  [
    "startupProbe",
    probe("startupProbe", "exec: {command: [s]}, failureThreshold: 9"),
    "",
    startup,
    /"Test":\["CMD","s"\]/,
  ],
  [
    "startupProbe successThreshold",
    probe("startupProbe", "exec: {command: [s]}, successThreshold: 2"),
    "",
    startup,
    /"Successes":2/,
  ],
  [
    "readinessProbe alone is no health check",
    probe("readinessProbe", "exec: {command: [r]}"),
    "",
    health,
    "null",
  ],
  ["resources empty", "resources: {}", "", "{{.HostConfig.Memory}}", "0"],
  ["ports without hostPort", "ports: [{containerPort: 80}]", "", "{{.State.Status}}", "created"],
  ["nulls", "env: null, args: ~", "volumes: null, hostname: ~", "{{.State.Status}}", "created"],
  [
    "dnsPolicy None with servers",
    "",
    "dnsPolicy: None, dnsConfig: {nameservers: [9.9.9.9]}",
    "{{.State.Status}}",
    "created",
  ],
  ["hostAliases", "", "hostAliases: [{ip: 1.2.3.4, hostnames: [a, b]}]", "{{.State.Status}}", "created"],
  ["runtimeClassName by a document", "", "runtimeClassName: sandboxed", "{{.OCIRuntime}}", "crun"],
  ["runtimeClassName by a runtime's name", "", "runtimeClassName: runc", "{{.OCIRuntime}}", "runc"],
];

/** What the pod's infra container is: a field of the pod, and what inspect says of it. */
export const PODS: readonly (readonly [
  field: string,
  spec: string,
  format: string,
  expected: string | RegExp,
])[] = [
  ["hostname is the pod's name", "", "{{.Config.Hostname}}", /^pod-\d+$/],
  ["hostname", "hostname: other", "{{.Config.Hostname}}", "other"],
  ["dnsConfig.nameservers", "dnsConfig: {nameservers: [9.9.9.9]}", "{{.HostConfig.Dns}}", "[9.9.9.9]"],
  ["dnsConfig.searches", "dnsConfig: {searches: [a.b]}", "{{.HostConfig.DnsSearch}}", "[a.b]"],
  [
    "dnsConfig.options",
    "dnsConfig: {options: [{name: ndots, value: '2'}, {name: trust-ad}]}",
    "{{.HostConfig.DnsOptions}}",
    "[ndots:2 trust-ad]",
  ],
  [
    "hostAliases",
    "hostAliases: [{ip: 1.2.3.4, hostnames: [a, b]}]",
    "{{.HostConfig.ExtraHosts}}",
    "[a:1.2.3.4 b:1.2.3.4]",
  ],
  ["hostNetwork", "hostNetwork: true", "{{.HostConfig.NetworkMode}}", "host"],
  ["the network of its own", "", "{{.HostConfig.NetworkMode}}", "bridge"],
];

/** Whether an answer of inspect is the one that a row asks for. */
export function isExpected(actual: string, expected: string | RegExp): boolean {
  return typeof expected === "string" ? actual === expected : expected.test(actual);
}

const indent = (text: string) => (text === "" ? "" : `, ${text}`);

/** @param directory absolute path of a directory of the host that has a `file` */
export function podText(name: string, container: string, spec: string, directory: string): string {
  const command =
    container.includes("command:") && !/Probe|hooks/.test(container) ? "" : ', command: [sleep, "1000"]';
  return `{kind: Pod, apiVersion: v1, metadata: {name: ${name}, labels: {app: rows}, annotations: {note: noted}}, spec: {containers: [{name: c, image: "${IMAGE}"${command}${indent(container)}}]${indent(spec)}}}`.replaceAll(
    DIRECTORY,
    directory,
  );
}

export const OBJECTS = `
{kind: ConfigMap, apiVersion: v1, metadata: {name: m}, data: {a: map-a, b: map-b}}
---
{kind: Secret, apiVersion: v1, metadata: {name: s}, data: {coded: ${Buffer.from("from-base64").toString("base64")}}, stringData: {plain: text}}
---
{kind: PersistentVolumeClaim, apiVersion: v1, metadata: {name: rows-claim}, spec: {accessModes: [ReadWriteOnce]}}
---
{kind: RuntimeClass, apiVersion: node.k8s.io/v1, metadata: {name: sandboxed}, handler: crun}
`;

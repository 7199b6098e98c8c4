import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDocuments } from "../read/parse-documents.ts";
import { checkDocument, findingText } from "./check.ts";
import { KINDS } from "./kinds.ts";

async function findings(text: string): Promise<string[]> {
  const [document] = await parseDocuments(text, "f");
  assert.ok(document);
  const schema = KINDS[document.kind];
  assert.ok(schema);
  return checkDocument(document, schema).map((finding) => `${finding.kind} ${findingText(finding)}`);
}

const pod = (spec: string, container = "") =>
  `{kind: Pod, metadata: {name: p}, spec: {${spec === "" ? "" : `${spec}, `}containers: [{name: c, image: i${container === "" ? "" : `, ${container}`}}]}}`;

for (const [name, text, expected] of [
  ["nothing is wrong", pod(""), []],
  ["null is as good as absent", pod("volumes: null, hostname: ~", "env: null"), []],
  [
    "what a cluster writes",
    pod("", "resources: {}").replace(
      "metadata: {",
      "status: {}, metadata: {creationTimestamp: null, uid: x, ",
    ),
    [],
  ],
  ["a field that nobody has", pod("foo: 1"), ["unknown spec.foo: is no field that Kubernetes has here"]],
  [
    "a field in other letters",
    pod("hostname: h", "imagepullpolicy: Always"),
    [
      'unknown spec.containers[0].imagepullpolicy: is no field that Kubernetes has here: did you mean "imagePullPolicy"?',
    ],
  ],
  [
    "a number for a text",
    pod("", "env: [{name: A, value: 3}]"),
    ['lenient spec.containers[0].env[0].value: 3 is taken as "3": a cluster wants it in quotes'],
  ],
  [
    "a text for a number",
    pod("terminationGracePeriodSeconds: soon"),
    ['invalid spec.terminationGracePeriodSeconds: "soon" is not a whole number'],
  ],
  [
    "less than nothing",
    pod("terminationGracePeriodSeconds: -1"),
    ["invalid spec.terminationGracePeriodSeconds: -1 is not at least 0"],
  ],
  [
    "a port that is none",
    pod("", "ports: [{containerPort: 70000}]"),
    ["invalid spec.containers[0].ports[0].containerPort: 70000 is not at most 65535"],
  ],
  [
    "a word that Podman takes as another",
    pod("restartPolicy: Sometimes"),
    [
      'unsupported spec.restartPolicy: "Sometimes" is taken as Always: it is not one of Always, OnFailure, Never',
    ],
  ],
  [
    "a word that is none for Podman, either",
    pod("", "imagePullPolicy: sometimes"),
    ['invalid spec.containers[0].imagePullPolicy: "sometimes" is not one of Always, IfNotPresent, Never'],
  ],
  [
    "Podman's own words",
    pod("", "imagePullPolicy: missing, ports: [{containerPort: 1, protocol: tcp}]"),
    [
      'lenient spec.containers[0].imagePullPolicy: "missing" is a word of Podman\'s: a cluster has Always, IfNotPresent, Never',
      'lenient spec.containers[0].ports[0].protocol: "tcp" is a word of Podman\'s: a cluster has TCP, UDP, SCTP',
    ],
  ],
  [
    "what only a cluster requires",
    "{kind: Pod, metadata: {name: p}, spec: {containers: [{image: i, ports: [{containerPort: }]}]}}",
    [
      "lenient spec.containers[0].name: is required by a cluster",
      "lenient spec.containers[0].ports[0].containerPort: is required by a cluster",
    ],
  ],
  [
    "a quantity that is none",
    pod("", "resources: {limits: {memory: 1MB}}"),
    ['invalid spec.containers[0].resources.limits.memory: "1MB" is not a quantity, such as 500m or 1Gi'],
  ],
  [
    "a list that is a map",
    pod("", "args: {a: b}"),
    ['invalid spec.containers[0].args: {"a":"b"} is not a list'],
  ],
  [
    "something required",
    "{kind: Pod, metadata: {name: p}, spec: {}}",
    ["invalid spec.containers: is required, and not there"],
  ],
  [
    "a mode of a file",
    pod("volumes: [{name: v, configMap: {name: m, defaultMode: 01000}}]"),
    ["invalid spec.volumes[0].configMap.defaultMode: 512 is not at most 511"],
  ],
  [
    "what only a cluster can",
    pod("nodeSelector: {disk: ssd}"),
    ["unsupported spec.nodeSelector: has no effect on a single machine"],
  ],
  [
    "which asks for nothing",
    pod("nodeSelector: {}, tolerations: [], schedulerName: default-scheduler, enableServiceLinks: false"),
    [],
  ],
  [
    "a volume of another kind",
    pod("volumes: [{name: v, nfs: {server: s, path: /}}]"),
    [
      "unsupported spec.volumes[0].nfs: is not carried out here: use a hostPath, an emptyDir or a persistentVolumeClaim in its place",
    ],
  ],
  [
    "a size of a directory on disk",
    pod(
      "volumes: [{name: v, emptyDir: {sizeLimit: 1Gi}}, {name: w, emptyDir: {medium: Memory, sizeLimit: 1Gi}}]",
    ),
    [
      "unsupported spec.volumes[0].emptyDir.sizeLimit: is not carried out on disk: only one of `medium: Memory` has a limit",
    ],
  ],
  [
    "a size that is none",
    pod("volumes: [{name: v, emptyDir: {sizeLimit: big}}]"),
    ['invalid spec.volumes[0].emptyDir.sizeLimit: "big" is not a quantity, such as 500m or 1Gi'],
  ],
  [
    "groups that replace the image's",
    pod("securityContext: {supplementalGroupsPolicy: Strict}"),
    [
      "unsupported spec.securityContext.supplementalGroupsPolicy: is not carried out: the groups of the image's /etc/group are kept, as with Merge",
    ],
  ],
  ["groups beside the image's", pod("securityContext: {supplementalGroupsPolicy: Merge}"), []],
  [
    "a policy that Podman ignores",
    pod("securityContext: {supplementalGroupsPolicy: Some}"),
    [
      'unsupported spec.securityContext.supplementalGroupsPolicy: "Some" is taken as Merge: it is not one of Merge, Strict',
    ],
  ],
  [
    "resources that nothing limits",
    pod(
      "",
      "resources: {limits: {cpu: 1, nvidia.com/gpu: 1}, requests: {memory: 1Mi, ephemeral-storage: 1Gi}}",
    ),
    [
      'unsupported spec.containers[0].resources.limits["nvidia.com/gpu"]: is not carried out: only cpu and memory are limited',
      "unsupported spec.containers[0].resources.requests.ephemeral-storage: is not carried out: only cpu and memory are limited",
    ],
  ],
  [
    "mounts below a read-only one",
    pod(
      "volumes: [{name: v, emptyDir: {}}]",
      "volumeMounts: [{name: v, mountPath: /v, readOnly: true, recursiveReadOnly: Enabled}, {name: v, mountPath: /w, recursiveReadOnly: Disabled}]",
    ),
    [
      "unsupported spec.containers[0].volumeMounts[0].recursiveReadOnly: is not carried out: mounts below a read-only one stay writable",
    ],
  ],
  [
    "a NUL",
    pod("", 'args: ["a\\0b"]'),
    ['invalid spec.containers[0].args[0]: "a\\u0000b" is not a text without a NUL'],
  ],
  [
    "a name of an object's own",
    pod("constructor: 1"),
    ["unknown spec.constructor: is no field that Kubernetes has here"],
  ],
] as const)
  test(name, async () => assert.deepEqual(await findings(text), expected));

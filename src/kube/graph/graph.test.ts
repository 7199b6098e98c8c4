import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDocuments } from "../read/parse-documents.ts";
import { kubeDot, kubeSvg, kubeText } from "./draw.ts";
import { type GraphPod, kubeGraph } from "./graph.ts";

const SHOP = `
kind: Service
metadata: {name: shop}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: http, nodePort: 30080}]}
---
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
        - {name: migrate, image: tool, envFrom: [{secretRef: {name: password}}]}
        - {name: proxy, image: p, restartPolicy: Always}
      containers:
        - name: server
          image: nginx:1
          ports: [{name: http, containerPort: 8080, hostPort: 8081, hostIP: 127.0.0.1}]
          env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a}}}]
          volumeMounts: [{name: data, mountPath: /data}, {name: keys, mountPath: /keys, readOnly: true}]
      volumes:
        - {name: data, persistentVolumeClaim: {claimName: shop-data}}
        - {name: keys, projected: {sources: [{secret: {name: tls}}, {configMap: {name: ca}}]}}
        - {name: scratch, emptyDir: {medium: Memory}}
---
kind: Pod
metadata: {name: alone}
spec: {containers: [{name: c, image: "<i>", ports: [{containerPort: 53, protocol: UDP}]}]}
`;

async function graph(text: string): Promise<GraphPod[]> {
  return kubeGraph(await parseDocuments(text, "f"));
}

test("for people", async () => {
  assert.deepEqual(kubeText(await graph(SHOP)), [
    "Pod web-pod  of Deployment web",
    "  port 127.0.0.1:8081->8080/tcp",
    "  port 30080->8080/tcp",
    "  found as Service shop",
    "  init container migrate tool",
    "    needs Secret password",
    "  sidecar proxy p",
    "    after migrate",
    "  container server nginx:1 8080/tcp",
    "    after migrate, proxy",
    "    needs ConfigMap settings",
    "    volume data at /data",
    "    volume keys at /keys (read-only)",
    "  volume data: PersistentVolumeClaim shop-data",
    "  volume keys: Secret tls, ConfigMap ca",
    "  volume scratch: emptyDir in memory",
    "",
    "Pod alone",
    "  container c <i> 53/udp",
  ]);
});

test("for dot(1)", async () => {
  const lines = kubeDot(await graph(SHOP));
  assert.equal(lines[0], "digraph kube {");
  for (const line of [
    '  subgraph "cluster web-pod" {',
    '    "pod web-pod/server" [label="server\\nnginx:1\\n8080/tcp"]',
    '  "host" -> "pod web-pod" [label="30080->8080/tcp"]',
    '  "Service shop" -> "pod web-pod"',
    '  "pod web-pod/server" -> "pod web-pod/proxy" [label="after"]',
    '  "pod web-pod/server" -> "ConfigMap settings"',
    '  "pod web-pod/server" -> "pod web-pod volume data" [label="/data"]',
    '  "pod web-pod volume data" -> "PersistentVolumeClaim shop-data"',
  ])
    assert.ok(lines.includes(line), line);
});

test("a picture is well-formed: nothing of a name is markup", async () => {
  const text = kubeSvg(await graph(SHOP)).join("\n");
  assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(text, /container c &lt;i&gt; 53\/udp/);
  assert.equal(text.match(/<rect/g)?.length, 2);
  assert.equal(text.match(/<text/g)?.length, text.match(/<\/text>/g)?.length);
});

test("a document that asks for no pod is not drawn", async () => {
  const text =
    "{kind: Deployment, metadata: {name: d}, spec: {replicas: 0, template: {spec: {containers: []}}}}";
  assert.deepEqual(await graph(text), []);
});

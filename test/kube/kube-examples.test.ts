import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/* The kinds of examples that the documentation of Kubernetes begins with; busybox stands for the programs. */

const world = await makeWorld({ images: { busybox: {}, bare: { config: { Cmd: [] } } } });
after(() => world.close());
const { host } = world;

function file(name: string, text: string): string {
  const path = join(host.directory, `${name}.yaml`);
  writeFileSync(path, text);
  return path;
}

/** What the front says; "" until it answers. */
async function answerOf(port: number): Promise<string> {
  try {
    return (await (await fetch(`http://127.0.0.1:${port}/cgi-bin/row`)).text()).trim();
  } catch {
    return "";
  }
}

const nothingIsLeft = async () => assert.equal(await host.ok(["ps", "-aq"]), "");

for (const runtime of ["crun", "runc"])
  describe(`on ${runtime}`, { concurrency: false }, () => {
    const play = (...args: string[]) => host.ok(["--runtime", runtime, "kube", "play", ...args]);

    test("two tiers: a web front that reads from a database, found by its Service", async () => {
      const port = await freePort();
      const path = file(
        "tiers",
        `
apiVersion: v1
kind: Secret
metadata: {name: db-login}
stringData: {password: open-sesame}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: db-data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {tier: db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {type: NodePort, selector: {tier: web}, ports: [{port: 80, targetPort: http, nodePort: ${port}}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db}
spec:
  selector: {matchLabels: {tier: db}}
  template:
    metadata: {labels: {tier: db}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: server
          image: ${IMAGE}
          imagePullPolicy: Never
          command: [sh, -c, "echo row of $PASSWORD >/data/row; exec httpd -f -p 5432 -h /data"]
          env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: db-login, key: password}}}]
          ports: [{containerPort: 5432}]
          volumeMounts: [{name: data, mountPath: /data}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: db-data}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {tier: web}}
  template:
    metadata: {labels: {tier: web}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: server
          image: ${IMAGE}
          imagePullPolicy: Never
          command:
            - sh
            - -c
            - |
              mkdir -p /www/cgi-bin
              cat >/www/cgi-bin/row <<'CGI'
              #!/bin/sh
              printf 'Content-Type: text/plain\\r\\n\\r\\n'
              wget -qO- http://db:5432/row
              CGI
              chmod 755 /www/cgi-bin/row
              exec httpd -f -p 8080 -h /www
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
`,
      );
      await play(path);
      await until(async () => (await answerOf(port)) === "row of open-sesame", "an answer of both tiers");
      await host.ok(["kube", "down", path]);
      await nothingIsLeft();
      // What is in the claim outlives the pods, and goes with --force alone.
      assert.equal(
        await host.ok(["run", "--rm", "-v", "db-data:/d", IMAGE, "cat", "/d/row"]),
        "row of open-sesame",
      );
      await host.ok(["kube", "down", "--force", path]);
      assert.equal((await host.tspod(["volume", "exists", "db-data"])).code, 1);
    });

    test("a job whose init container fetches what it works on", async () => {
      const path = file(
        "job",
        `
apiVersion: batch/v1
kind: Job
metadata: {name: sum}
spec:
  template:
    spec:
      restartPolicy: Never
      initContainers:
        - name: fetch
          image: ${IMAGE}
          imagePullPolicy: Never
          command: [sh, -c, "seq 1 10 >/share/numbers"]
          volumeMounts: [{name: work, mountPath: /share}]
      containers:
        - name: add
          image: ${IMAGE}
          imagePullPolicy: Never
          command: [awk, "{s += $1} END {print s}", /share/numbers]
          volumeMounts: [{name: work, mountPath: /share, readOnly: true}]
      volumes: [{name: work, emptyDir: {}}]
`,
      );
      await play(path);
      assert.equal(await host.ok(["wait", "sum-pod-add"]), "0");
      assert.equal(await host.ok(["logs", "sum-pod-add"]), "55");
      // With its last container the pod has ended as a whole.
      await until(
        async () => (await host.ok(["pod", "inspect", "-f", "{{.State}}", "sum-pod"])) === "Exited",
        "its end",
      );
      await host.ok(["kube", "down", path]);
      await nothingIsLeft();
    });

    test("a sidecar that passes on the log of another container", async () => {
      const path = file(
        "sidecar",
        `
apiVersion: v1
kind: Pod
metadata: {name: logging}
spec:
  terminationGracePeriodSeconds: 0
  initContainers:
    - name: shipper
      image: ${IMAGE}
      imagePullPolicy: Never
      restartPolicy: Always
      command: [sh, -c, "touch /log/app; exec tail -f /log/app"]
      volumeMounts: [{name: log, mountPath: /log}]
  containers:
    - name: app
      image: ${IMAGE}
      imagePullPolicy: Never
      command: [sh, -c, "n=0; while :; do n=$((n+1)); echo line $n >>/log/app; sleep 1; done"]
      volumeMounts: [{name: log, mountPath: /log}]
  volumes: [{name: log, emptyDir: {medium: Memory}}]
`,
      );
      await play(path);
      await until(
        async () => (await host.ok(["logs", "logging-shipper"])).startsWith("line 1\nline 2"),
        "both lines",
      );
      await host.ok(["kube", "down", path]);
      await nothingIsLeft();
    });

    test("a configuration that changes: what reads it is made anew, what does not goes on", async () => {
      const text = (colour: string) => `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: ${colour}}
---
apiVersion: v1
kind: Pod
metadata: {name: reader}
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: c
      image: ${IMAGE}
      imagePullPolicy: Never
      command: [sh, -c, "cat /etc/settings/colour; exec sleep 1000"]
      volumeMounts: [{name: settings, mountPath: /etc/settings}]
  volumes: [{name: settings, configMap: {name: settings}}]
---
apiVersion: v1
kind: Pod
metadata: {name: other}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: c, image: ${IMAGE}, imagePullPolicy: Never, command: [sleep, "1000"]}]
`;
      await play(file("settings", text("red")));
      const ids = () =>
        host.ok(["inspect", "-f", "{{.Id}}", "reader-c", "other-c"]).then((all) => all.split("\n"));
      const [reader, other] = await ids();
      await play(file("settings", text("red")));
      assert.deepEqual(await ids(), [reader, other]);
      const path = file("settings", text("blue"));
      await play(path);
      const [newReader, newOther] = await ids();
      assert.notEqual(newReader, reader);
      assert.equal(newOther, other);
      await until(async () => (await host.ok(["logs", "reader-c"])) === "blue", "the new colour");
      await host.ok(["kube", "down", path]);
      await nothingIsLeft();
    });
  });

test("what kustomize and helm print is played: comments, empty documents, a List, labels on all", async () => {
  const path = file(
    "rendered",
    `---
# Source: shop/templates/NOTES.txt
---
# Source: shop/templates/configmap.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: release-shop-6ft88t2625
  labels: {app.kubernetes.io/managed-by: Helm, app.kubernetes.io/instance: release}
data:
  greeting: "hello"
---
# Source: shop/templates/serviceaccount.yaml
---
apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: &meta
      name: release-shop
      labels: {app.kubernetes.io/managed-by: Helm}
    spec:
      replicas: 1
      selector: {matchLabels: {app.kubernetes.io/name: shop}}
      template:
        metadata:
          annotations: {checksum/config: 0123456789abcdef}
          labels: {app.kubernetes.io/name: shop}
        spec:
          terminationGracePeriodSeconds: 0
          securityContext: {}
          containers:
            - name: shop
              securityContext: {}
              image: "${IMAGE}"
              imagePullPolicy: Never
              command: [sh, -c, "echo $GREETING; exec sleep 1000"]
              envFrom: [{configMapRef: {name: release-shop-6ft88t2625}, prefix: ""}]
              env: [{name: GREETING, valueFrom: {configMapKeyRef: {name: release-shop-6ft88t2625, key: greeting}}}]
              resources: {}
`,
  );
  const result = await host.tspod(["kube", "play", "--network", "none", path]);
  assert.deepEqual([result.code, result.stderr], [0, ""]);
  await until(async () => (await host.ok(["logs", "release-shop-pod-shop"])) === "hello", "its greeting");
  await host.ok(["kube", "down", path]);
  await nothingIsLeft();
});

test("an image that says no program needs a command in the document, and no more", async () => {
  const document = (command: string) =>
    `{kind: Pod, metadata: {name: bare}, spec: {restartPolicy: Never, containers: [{name: c, image: "test.localhost/bare:latest", imagePullPolicy: Never${command}}]}}`;
  const path = file("bare", document(", command: [echo, said]"));
  await host.ok(["kube", "play", "--network", "none", path]);
  assert.equal(await host.ok(["wait", "bare-c"]), "0");
  assert.equal(await host.ok(["logs", "bare-c"]), "said");
  await host.ok(["kube", "down", path]);
  const without = await host.tspod(["kube", "play", "--network", "none", file("bare", document(""))]);
  assert.equal(without.code, 125);
  assert.match(without.stderr, /: no command specified in YAML or as CMD or ENTRYPOINT in image\n$/);
  await nothingIsLeft();
});

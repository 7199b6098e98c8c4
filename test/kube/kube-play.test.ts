import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const SLEEP = `{name: c, image: "${IMAGE}", command: [sleep, "1000"]}`;
const pod = (name: string, containers = SLEEP, spec = "") =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {terminationGracePeriodSeconds: 0, ${spec === "" ? "" : `${spec}, `}containers: [${containers}]}}`;

function file(name: string, text: string): string {
  const path = join(host.directory, `${name}.yaml`);
  writeFileSync(path, text);
  return path;
}

const inspect = (name: string, format: string) => host.ok(["inspect", "--format", format, name]);
const names = async () => (await host.ok(["ps", "-a", "--format", "{{.Names}}"])).split("\n").filter(Boolean);
const nothingIsLeft = async (name: string) => {
  assert.equal((await host.tspod(["pod", "exists", name])).code, 1);
  assert.deepEqual(
    (await names()).filter((one) => one.startsWith(name)),
    [],
  );
};

describe("play and down", () => {
  test("a pod of two containers: what is printed, what runs, and that down removes it", async () => {
    const two = `${SLEEP}, {name: d, image: "${IMAGE}", command: [sleep, "1000"]}`;
    const path = await file("two", pod("two", two));
    const lines = (await host.ok(["kube", "play", path])).split("\n");
    const [title, id, containers, first, second] = lines;
    assert.deepEqual([title, containers], ["Pod:", "Containers:"]);
    assert.equal(await inspect("two-c", "{{.Id}} {{.State.Status}}"), `${first} running`);
    assert.equal(await inspect("two-d", "{{.Id}} {{.State.Status}}"), `${second} running`);
    assert.equal(await host.ok(["pod", "inspect", "--format", "{{.ID}} {{.State}}", "two"]), `${id} Running`);
    const down = await host.ok(["kube", "down", path]);
    assert.equal(down, `Pods stopped:\n${id}\nPods removed:\n${id}\nSecrets removed:\nVolumes removed:`);
    await nothingIsLeft("two");
    assert.equal(
      await host.ok(["kube", "down", path]),
      "Pods stopped:\nPods removed:\nSecrets removed:\nVolumes removed:",
    );
  });

  test("down says as a warning that a container does not end by its signal", async () => {
    const deaf = `{name: c, image: "${IMAGE}", command: [sh, -c, "trap '' TERM; while :; do sleep 1; done"]}`;
    const text = pod("deaf", deaf).replace("GracePeriodSeconds: 0", "GracePeriodSeconds: 1");
    const path = file("deaf", text);
    await host.ok(["kube", "play", path]);
    const { code, stderr } = await host.tspod(["kube", "down", path]);
    const line = "StopSignal SIGTERM failed to stop container deaf-c in 1 seconds, resorting to SIGKILL";
    assert.deepEqual({ code, stderr }, { code: 0, stderr: `WARN[0000] ${line}\n` });
  });

  test("from standard input, and by the older words", async () => {
    const result = await host.tspod(["play", "kube", "-"], { input: pod("stdin") });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(await inspect("stdin-c", "{{.State.Status}}"), "running");
    const down = await host.tspod(["kube", "down", "-"], { input: pod("stdin") });
    assert.equal(down.code, 0, down.stderr);
    await nothingIsLeft("stdin");
  });

  test("played again without a change nothing is done; with one only that pod is made anew", async () => {
    const text = (value: string) =>
      `${pod("same")}\n---\n${pod("other", `{name: c, image: "${IMAGE}", command: [sleep, "1000"], env: [{name: A, value: ${value}}]}`)}`;
    const path = await file("again", text("one"));
    const first = await host.ok(["kube", "play", path]);
    assert.equal(await host.ok(["kube", "play", path]), first);
    await file("again", text("two"));
    const changed = (await host.ok(["kube", "play", path])).split("\n");
    const before = first.split("\n");
    assert.deepEqual(changed.slice(0, 4), before.slice(0, 4));
    assert.notEqual(changed[6], before[6]);
    assert.equal(await host.ok(["exec", "other-c", "sh", "-c", "echo $A"]), "two");
    const replaced = (await host.ok(["kube", "play", "--replace", path])).split("\n");
    assert.ok(replaced.includes("Pods removed:"));
    await host.ok(["kube", "down", path]);
  });

  test("a pod of somebody else is not touched without --replace", async () => {
    const path = await file("taken", pod("taken"));
    const id = await host.ok(["pod", "create", "taken"]);
    const refused = await host.tspod(["kube", "play", path]);
    assert.equal(refused.code, 125);
    assert.match(refused.stderr, /name "taken" is in use: pod already exists/);
    assert.equal(await host.ok(["pod", "inspect", "--format", "{{.ID}}", "taken"]), id);
    await host.ok(["kube", "play", "--replace", path]);
    await host.ok(["kube", "down", path]);
  });

  test("a play that fails leaves nothing: neither pods nor volumes nor secrets", async () => {
    const path = await file(
      "fails",
      `kind: Secret\nmetadata: {name: s}\nstringData: {a: b}\n---\nkind: PersistentVolumeClaim\nmetadata: {name: claim}\n---\n${pod("fine")}\n---\n${pod("bad", `{name: c, image: "${IMAGE}", command: [/no/such/program]}`)}`,
    );
    const { code, stdout, stderr } = await host.tspod(["kube", "play", path]);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr, /no\/such\/program/);
    for (const name of ["fine", "bad"]) await nothingIsLeft(name);
    assert.equal(await host.ok(["volume", "ls", "-q"]), "");
    assert.equal(await host.ok(["secret", "ls", "-q"]), "");
  });

  test("what is wrong is found before anything is made", async () => {
    const path = await file(
      "late",
      `${pod("early")}\n---\n${pod("late", `{name: c, image: "${IMAGE}", envFrom: [{configMapRef: {name: none}}]}`)}`,
    );
    const { code, stderr } = await host.tspod(["kube", "play", path]);
    assert.equal(code, 125);
    assert.match(stderr, /late\.yaml:3: Pod "late": spec\.containers\[0\]: configmap none not found/);
    await nothingIsLeft("early");
  });

  test("what Podman takes without a word is taken so, and refused with --strict", async () => {
    const text = `kind: Pod
metadata: {name: lenient}
spec:
  restartPolicy: sometimes
  imagePullSecrets: [{name: }]
  containers:
  - image: "${IMAGE}"
    imagePullPolicy: missing
    ports:
    - containerPort:
    - hostPort: 5199
      protocol: udp
`;
    const path = await file("lenient", text);
    const { code, stderr } = await host.tspod(["kube", "play", path]);
    assert.equal(code, 0, stderr);
    assert.equal(
      stderr,
      `${path}:4: Pod "lenient": spec.restartPolicy: "sometimes" is taken as Always: it is not one of Always, OnFailure, Never\n`,
    );
    const ports = await host.ok([
      "pod",
      "inspect",
      "--format",
      "{{json .InfraConfig.PortBindings}}",
      "lenient",
    ]);
    assert.equal(ports, '{"5199/udp":[{"HostIp":"0.0.0.0","HostPort":"5199"}]}');
    assert.equal(await inspect("lenient-", "{{.HostConfig.RestartPolicy.Name}}"), "always");
    await host.ok(["kube", "down", path]);
    const strict = await host.tspod(["kube", "play", "--strict", path]);
    assert.deepEqual([strict.code, strict.stdout], [125, ""]);
    assert.match(strict.stderr, /:8: .*imagePullPolicy: "missing" is a word of Podman's/);
    assert.match(strict.stderr, /:10: .*ports\[0\]\.containerPort: is required by a cluster/);
    await nothingIsLeft("lenient");
  });

  for (const [what, text, words] of [
    ["no name", `kind: Pod\nspec: {containers: [{image: "${IMAGE}"}]}`, /pod does not have a name$/m],
    [
      "no image",
      "kind: Pod\nmetadata: {name: bad}\nspec: {containers: [{name: c}]}",
      /container "c" is missing the required 'image' field$/m,
    ],
    [
      "no config map",
      `${pod("bad").replace("spec: {", "spec: {volumes: [{name: v, configMap: {name: none}}], ")}`,
      /failed to create volume "v": no such ConfigMap "none"$/m,
    ],
    [
      "no path of the host",
      `${pod("bad").replace("spec: {", "spec: {volumes: [{name: v, hostPath: {path: /no/such}}], ")}`,
      /failed to create volume "v": in parsing HostPath in YAML: faccessat \/no\/such: no such file or directory$/m,
    ],
    [
      "no secret",
      pod(
        "bad",
        `{name: c, image: "${IMAGE}", env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]}`,
      ),
      /cannot set env A: no secret with name or id "s": no such secret$/m,
    ],
    [
      "an annotation of Podman's own",
      pod("bad").replace(
        "{name: bad}",
        "{name: bad, annotations: {io.podman.annotations.volumes-from: reserved}}",
      ),
      /annotation io\.podman\.annotations\.volumes-from without target volume is reserved for internal use$/m,
    ],
    [
      "too many annotations",
      pod("bad").replace("{name: bad}", `{name: bad, annotations: {a: ${"b".repeat(256 * 1024)}}}`),
      /annotations size 262145 is larger than limit 262144$/m,
    ],
  ] as const)
    test(`${what}: Podman's words`, async () => {
      const { code, stdout, stderr } = await host.tspod(["kube", "play", await file("bad", text)]);
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(stderr, words);
      await nothingIsLeft("bad");
    });

  for (const [what, text] of [
    ["the fields of a Secret, and no kind,", "data: {k: dg==}"],
    ["a Secret's data alone", '{"k": "dg=="}'],
  ] as const)
    test(`a secret that has ${what} is one`, async () => {
      const secret = await file("fields", text);
      await host.ok(["secret", "create", "fields", secret]);
      const env = "[{name: A, valueFrom: {secretKeyRef: {name: fields, key: k}}}]";
      const path = await file("keyed", pod("keyed", SLEEP.replace("}", `, env: ${env}}`)));
      await host.ok(["kube", "play", path]);
      assert.match(await inspect("keyed-c", "{{.Config.Env}}"), /\bA=v\b/);
      await host.ok(["kube", "down", path]);
      await host.ok(["secret", "rm", "fields"]);
    });

  test("a ConfigMap that stands both in the YAML and in a file of --configmap is refused", async () => {
    const map = "kind: ConfigMap\nmetadata: {name: m}\ndata: {a: b}";
    const given = await file("given", map);
    const path = await file("twice", `${map}\n---\n${pod("twice")}`);
    const { code, stdout, stderr } = await host.tspod(["kube", "play", "--configmap", given, path]);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(
      stderr,
      /ambiguous configuration: the same config map m is present in YAML and in --configmaps .*given\.yaml file$/m,
    );
    await nothingIsLeft("twice");
  });

  test("--start=false makes, and a later play starts", async () => {
    const path = await file("later", pod("later"));
    await host.ok(["kube", "play", "--start=false", path]);
    assert.equal(await inspect("later-c", "{{.State.Status}}"), "created");
    await host.ok(["kube", "play", path]);
    assert.equal(await inspect("later-c", "{{.State.Status}}"), "running");
    await host.ok(["kube", "down", path]);
  });

  test("claims' volumes stay until down --force; a StatefulSet has its own", async () => {
    const path = await file(
      "db",
      `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{name: c, image: "${IMAGE}", command: [sh, -c, "echo kept >>/data/file; exec sleep 1000"], volumeMounts: [{name: data, mountPath: /data}]}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`,
    );
    await host.ok(["kube", "play", path]);
    await until(
      async () => (await host.tspod(["exec", "db-0-c", "cat", "/data/file"])).stdout === "kept\n",
      "the file",
    );
    await host.ok(["kube", "down", path]);
    assert.equal(await host.ok(["volume", "ls", "-q"]), "data-db-0");
    await host.ok(["volume", "rm", "data-db-0"]);
  });
});

describe("--wait", () => {
  const job = (command: string) =>
    `{kind: Job, apiVersion: batch/v1, metadata: {name: job}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "${IMAGE}", command: [sh, -c, "${command}"]}]}}}}`;

  test("a job runs to its end, and is removed", async () => {
    const path = file("job", job("exit 3"));
    const { code, stdout } = await host.tspod(["kube", "play", "--wait", path]);
    assert.equal(code, 0);
    const lines = stdout.split("\n");
    assert.equal(lines[0], "Use ctrl+c to clean up or wait for pods to exit");
    assert.ok(lines.includes("Cleaning up containers, pods, and volumes..."));
    await nothingIsLeft("job");
    const told = await host.tspod(["kube", "play", "--wait", "--service-exit-code-propagation=any", path]);
    assert.equal(told.code, 3);
  });

  test("a signal ends the pods", async () => {
    const path = file("job", job("exec sleep 1000"));
    const running = host.start(["kube", "play", "--wait", path]);
    await until(async () => (await names()).includes("job-pod-c"), "the container");
    running.child.kill("SIGTERM");
    await running.ended;
    await nothingIsLeft("job");
  });
});

describe("networks, ports and services", () => {
  test("pods find each other by their names and their services', and ports are published", async () => {
    const port = await freePort();
    const text = `
kind: Deployment
apiVersion: apps/v1
metadata: {name: server}
spec:
  selector: {matchLabels: {app: server}}
  template:
    metadata: {labels: {app: server}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - {name: http, image: "${IMAGE}", command: [sh, -c, "mkdir /www; echo hello >/www/index.html; exec httpd -f -p 8080 -h /www"], ports: [{name: web, containerPort: 8080}]}
---
kind: Service
apiVersion: v1
metadata: {name: backend}
spec: {type: LoadBalancer, selector: {app: server}, ports: [{port: ${port}, targetPort: web}]}
---
${pod("client")}
`;
    const path = await file("services", text);
    await host.ok(["kube", "play", path]);
    for (const name of ["server-pod", "http", "backend", "backend.default.svc.cluster.local"])
      await until(
        async () =>
          (await host.tspod(["exec", "client-c", "wget", "-qO-", `http://${name}:8080/`])).stdout ===
          "hello\n",
        `an answer of ${name}`,
      );
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "hello\n");
    await host.ok(["kube", "down", path]);
  });
});

describe("probes", () => {
  const http = (more: string) =>
    `{name: c, image: "${IMAGE}", command: [sh, -c, "mkdir /www; echo x >/www/ok; httpd -p 8080 -h /www; exec sleep 1000"], ${more}}`;
  const times = "periodSeconds: 1, failureThreshold: 1";

  test("liveness: a container that does not answer is run again", async () => {
    const path = await file(
      "live",
      pod(
        "live",
        http(`livenessProbe: {httpGet: {path: /ok, port: 8080}, initialDelaySeconds: 1, ${times}}`),
      ),
    );
    await host.ok(["kube", "play", path]);
    await until(
      async () => (await inspect("live-c", "{{.State.Health.Status}}")) === "healthy",
      "health",
      30_000,
    );
    await host.ok(["exec", "live-c", "rm", "/www/ok"]);
    await until(
      async () => {
        const { code } = await host.tspod(["exec", "live-c", "test", "-e", "/www/ok"]);
        return code === 0;
      },
      "the next run",
      30_000,
    );
    assert.match(
      await inspect("live-c", "{{json .Config.Healthcheck.Test}}"),
      /^\["PROBE","http:\/\/:8080\/ok"\]$/,
    );
    await host.ok(["kube", "down", path]);
  });

  test("readiness is shown, and nothing follows from it; startup gates the others", async () => {
    const path = await file(
      "ready",
      pod(
        "ready",
        http(
          `startupProbe: {exec: {command: [test, -e, /started]}, periodSeconds: 1, failureThreshold: 60}, readinessProbe: {tcpSocket: {port: 8080}, ${times}}`,
        ),
      ),
    );
    await host.ok(["kube", "play", path]);
    const status = () => host.ok(["ps", "--filter", "name=ready-c", "--format", "{{.Status}}"]);
    await until(async () => /\(starting\) \(not ready\)$/.test(await status()), "the first state");
    await host.ok(["exec", "ready-c", "touch", "/started"]);
    await until(async () => /\(healthy\) \(ready\)$/.test(await status()), "ready", 30_000);
    assert.equal(await inspect("ready-c", "{{.State.Ready}}"), "true");
    await host.ok(["exec", "ready-c", "killall", "httpd"]);
    await until(async () => /\(not ready\)$/.test(await status()), "not ready", 30_000);
    assert.equal(await inspect("ready-c", "{{.State.Status}}"), "running");
    await host.ok(["kube", "down", path]);
  });
});

describe("order", () => {
  test("a pod that waits for a later one of the same file is no obstacle to that", async () => {
    const shared = join(host.directory, "meeting");
    const volumes = `volumes: [{name: v, hostPath: {path: "${shared}", type: DirectoryOrCreate}}]`;
    const mount = "volumeMounts: [{name: v, mountPath: /v}]";
    const wait = `["sh", "-c", "until [ -e /v/there ]; do sleep 0.1; done"]`;
    const init = `initContainers: [{name: i, image: "${IMAGE}", command: ${wait}, ${mount}}]`;
    const come = `{name: c, image: "${IMAGE}", command: [sh, -c, "touch /v/there; exec sleep 1000"], ${mount}}`;
    const path = file(
      "meeting",
      `${pod("early", SLEEP, `${init}, ${volumes}`)}\n---\n${pod("late", come, volumes)}`,
    );
    await host.ok(["kube", "play", path]);
    assert.equal(await inspect("early-c", "{{.State.Status}}"), "running");
    assert.equal(await inspect("late-c", "{{.State.Status}}"), "running");
    await host.ok(["kube", "down", path]);
    await nothingIsLeft("early");
  });

  test("one of several pods can't start: those that are starting meanwhile go, too", async () => {
    const missing = `{name: c, image: "${IMAGE}", command: [/no/such/program]}`;
    const path = file("several", [pod("one"), pod("two", missing), pod("three")].join("\n---\n"));
    const result = await host.tspod(["kube", "play", path]);
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, /no\/such\/program/);
    for (const name of ["one", "two", "three"]) await nothingIsLeft(name);
  });

  test("init containers run to their ends, sidecars begin among them and run on", async () => {
    const shared = "volumeMounts: [{name: v, mountPath: /v}]";
    const init = (name: string, script: string, more = "") =>
      `{name: ${name}, image: "${IMAGE}", command: [sh, -c, "${script}"], ${shared}${more}}`;
    const spec = `volumes: [{name: v, emptyDir: {}}], initContainers: [${init("one", "echo one >>/v/log")}, ${init("side", "echo side >>/v/log; exec sleep 1000", ", restartPolicy: Always, startupProbe: {exec: {command: [grep, side, /v/log]}, periodSeconds: 1}")}, ${init("two", "echo two >>/v/log")}]`;
    const main = `{name: c, image: "${IMAGE}", command: [sh, -c, "echo main >>/v/log; exec sleep 1000"], ${shared}}`;
    const path = await file("order", pod("order", main, spec));
    await host.ok(["kube", "play", path]);
    await until(
      async () => (await host.ok(["exec", "order-c", "cat", "/v/log"])) === "one\nside\ntwo\nmain",
      "the order",
    );
    assert.equal(await inspect("order-side", "{{.State.Status}}"), "running");
    await host.ok(["kube", "down", path]);
    await nothingIsLeft("order");
  });

  test("an init container that fails leaves nothing", async () => {
    const spec = `initContainers: [{name: i, image: "${IMAGE}", command: ["false"]}]`;
    const path = await file("badinit", pod("badinit", SLEEP, spec));
    const { code, stderr } = await host.tspod(["kube", "play", path]);
    assert.equal(code, 125);
    assert.match(stderr, /init container [0-9a-f]{64} exited with code 1/);
    await nothingIsLeft("badinit");
  });

  test("hooks run after the start and before the stop signal", async () => {
    const directory = join(host.directory, "hooks");
    const hook = (name: string) => `{exec: {command: [touch, /h/${name}]}}`;
    const path = await file(
      "hooks",
      pod(
        "hooks",
        `{name: c, image: "${IMAGE}", command: [sleep, "1000"], lifecycle: {postStart: ${hook("started")}, preStop: ${hook("stopping")}}, volumeMounts: [{name: h, mountPath: /h}]}`,
        `volumes: [{name: h, hostPath: {path: ${directory}, type: DirectoryOrCreate}}]`,
      ).replace("terminationGracePeriodSeconds: 0", "terminationGracePeriodSeconds: 2"),
    );
    await host.ok(["kube", "play", path]);
    await until(() => existsSync(join(directory, "started")), "the first hook");
    assert.equal(existsSync(join(directory, "stopping")), false);
    await host.ok(["kube", "down", path]);
    assert.ok(existsSync(join(directory, "stopping")));
  });
});

describe("what can't be carried out", () => {
  for (const [name, text, message] of [
    [
      "a CronJob",
      "kind: CronJob\nmetadata: {name: c}\n",
      /:1: CronJob "c": kind: nothing here waits for a time/,
    ],
    [
      "nothing known",
      "kind: Ingress\nmetadata: {name: i}\n",
      /YAML document does not contain any supported kube kind/,
    ],
    [
      "ConfigMaps only",
      "kind: ConfigMap\nmetadata: {name: m}\n",
      /ConfigMaps in podman are not a standalone object/,
    ],
    [
      "a pod without a name",
      "kind: Pod\nmetadata: {}\nspec: {containers: [{name: c, image: i}]}\n",
      /pod does not have a name/,
    ],
    [
      "a wrong value",
      "kind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: c, image: i, tty: perhaps}\n",
      /wrong\.yaml:5: Pod "p": spec\.containers\[0\]\.tty: "perhaps" is not true or false/,
    ],
    [
      "two containers of one name",
      `kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: "${IMAGE}"}, {name: c, image: "${IMAGE}"}]}\n`,
      /duplicate container name "c" detected/,
    ],
  ] as const)
    test(`refused in one line: ${name}`, async () => {
      const { code, stdout, stderr } = await host.tspod(["kube", "play", await file("wrong", text)]);
      assert.deepEqual([code, stdout], [125, ""]);
      const lines = stderr.trim().split("\n");
      assert.match(lines.at(-1) ?? "", message);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });

  test("unknown and unsupported fields: a warning with the place, an error with --strict, nothing with ignore", async () => {
    const text = `kind: Pod\nmetadata: {name: warned}\nspec:\n  nodeSelector: {a: b}\n  foo: 1\n  terminationGracePeriodSeconds: 0\n  containers: [${SLEEP}]\n`;
    const path = await file("warned", text);
    const lines = [
      `${path}:4: Pod "warned": spec.nodeSelector: has no effect on a single machine`,
      `${path}:5: Pod "warned": spec.foo: is no field that Kubernetes has here`,
    ];
    const strict = await host.tspod(["kube", "play", "--strict", path]);
    assert.deepEqual([strict.code, strict.stderr], [125, `Error: ${lines.join("; ")}\n`]);
    await nothingIsLeft("warned");
    const warned = await host.tspod(["kube", "play", path]);
    assert.deepEqual([warned.code, warned.stderr.trim().split("\n")], [0, lines]);
    await host.ok(["kube", "down", path]);
    const ignored = await host.tspod(["kube", "play", "--validate", "ignore", path]);
    assert.deepEqual([ignored.code, ignored.stderr], [0, ""]);
    await host.ok(["kube", "down", path]);
  });
});

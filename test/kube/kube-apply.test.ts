import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { startKubeApiServer } from "../support/kube-api-server.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
const api = await startKubeApiServer();
after(async () => {
  await api[Symbol.asyncDispose]();
  await world.close();
});
const { host } = world;
const pem = (name: string) => readFileSync(join(api.directory, name)).toString("base64");

/** A kubeconfig with that cluster and user. */
function config(
  name: string,
  changes: { cluster?: object; user?: object; context?: object; current?: string } = {},
) {
  const path = join(host.directory, `${name}.config`);
  const { cluster, user, context, current = "here" } = changes;
  writeFileSync(
    path,
    JSON.stringify({
      "current-context": current,
      clusters: [
        {
          name: "c",
          cluster: { server: api.server, "certificate-authority-data": pem("ca.crt"), ...cluster },
        },
      ],
      users: [{ name: "u", user: user ?? { token: api.token } }],
      contexts: [{ name: "here", context: { cluster: "c", user: "u", ...context } }],
    }),
  );
  return path;
}

function file(text: string): string {
  const path = join(host.directory, "objects.yaml");
  writeFileSync(path, text);
  return path;
}

const MAP = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: b}}\n";
const apply = (...args: string[]) => host.tspod(["kube", "apply", ...args]);

test("the objects of a file go to their namespaces, in order; sent again they are changed", async () => {
  const objects = file(
    `${MAP}---\n{kind: Deployment, metadata: {name: web, namespace: front, creationTimestamp: null}, spec: {replicas: 2}, status: {}}\n---\n{kind: RuntimeClass, metadata: {name: gvisor}, handler: runsc}\n`,
  );
  const kubeconfig = config("token", { context: { namespace: "team" } });
  const first = await apply("-k", kubeconfig, "-f", objects);
  assert.deepEqual(first, {
    code: 0,
    stderr: "",
    stdout:
      "Deploying to cluster...\nconfigmap/settings created\ndeployment/web created\nruntimeclass/gvisor created\nSuccessfully deployed workloads to cluster!\n",
  });
  assert.deepEqual(
    api.calls.map(({ method, url, type, who }) => [method, url, type, who]),
    [
      "/api/v1/namespaces/team/configmaps/settings",
      "/apis/apps/v1/namespaces/front/deployments/web",
      "/apis/node.k8s.io/v1/runtimeclasses/gvisor",
    ].map((path) => [
      "PATCH",
      `${path}?fieldManager=tspod&force=true`,
      "application/apply-patch+yaml",
      `token:${api.token}`,
    ]),
  );
  assert.deepEqual(api.calls[1]?.object, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "front" },
    spec: { replicas: 2 },
  });
  const second = await apply("-k", kubeconfig, "--ns", "other", "-f", objects);
  assert.match(second.stdout, /configmap\/settings created\ndeployment\/web configured\n/);
  assert.ok(api.objects.has("/api/v1/namespaces/other/configmaps/settings"));
});

test("a pod of this machine, with its Service, by a client certificate of files beside the kubeconfig", async () => {
  await host.ok(["pod", "create", "--name", "shop", "-p", "127.0.0.1:8097:80"]);
  await host.ok(["create", "--pod", "shop", "--name", "front", "-e", "A=b", IMAGE, "sleep", "9"]);
  for (const name of ["client.crt", "client.key"])
    writeFileSync(join(host.directory, name), readFileSync(join(api.directory, name)));
  const kubeconfig = config("files", {
    user: { "client-certificate": "client.crt", "client-key": "./client.key" },
  });
  const result = await host.tspod(["kube", "apply", "--service", "shop"], {
    env: { KUBECONFIG: kubeconfig },
  });
  assert.deepEqual([result.code, result.stderr], [0, ""]);
  assert.match(result.stdout, /\nservice\/shop created\npod\/shop created\n/);
  assert.equal(api.calls.at(-1)?.who, "certificate:somebody");
  const pod = api.objects.get("/api/v1/namespaces/default/pods/shop") as {
    spec: { containers: { name: string; env: object[] }[] };
  };
  assert.deepEqual(
    pod.spec.containers.map(({ name, env }) => [name, env]),
    [["front", [{ name: "A", value: "b" }]]],
  );
  await host.ok(["pod", "rm", "shop"]);
});

test("--ca-cert-file stands for the kubeconfig's authority, insecure-skip-tls-verify for none", async () => {
  const strange = config("strange", { cluster: { "certificate-authority-data": undefined } });
  const unknown = await apply("-k", strange, "-f", file(MAP));
  assert.equal(unknown.code, 125);
  assert.match(
    unknown.stderr,
    /^Error: https:\/\/127\.0\.0\.1:\d+ does not answer: [^\n]*certificate[^\n]*\n$/,
  );
  const named = await apply("-k", strange, "--ca-cert-file", join(api.directory, "ca.crt"), "-f", file(MAP));
  assert.equal(named.code, 0, named.stderr);
  const skipping = config("skip", {
    cluster: { "certificate-authority-data": undefined, "insecure-skip-tls-verify": true },
  });
  assert.equal((await apply("-k", skipping, "-f", file(MAP))).code, 0);
});

describe("an answer that is no Status object is shown as it is, on one line", () => {
  for (const [name, body, shown] of [
    ["proxy", "<html>\n<h1>502 Bad Gateway</h1>\n", "<html> <h1>502 Bad Gateway</h1>"],
    ["number", '{"message":7}', '{"message":7}'],
    ["list", "[]", "[]"],
    ["null", "null", "null"],
    ["cut", '{"message":"a', '{"message":"a'],
    ["empty", "", "nothing"],
  ] as const) {
    test(name, async () => {
      api.stray(name, 502, body);
      const result = await apply("-k", config(name), "-f", file(`{kind: Pod, metadata: {name: "${name}"}}`));
      assert.deepEqual(
        [result.code, result.stdout, result.stderr],
        [
          125,
          "Deploying to cluster...\n",
          `Error: applying Pod "${name}": the cluster answers 502: ${shown}\n`,
        ],
      );
    });
  }
});

describe("what is refused, by one line", () => {
  api.refuse("broken", 422, 'Pod "broken" is invalid: spec.containers: Required\nvalue');
  for (const [what, kubeconfig, text, message] of [
    [
      "by the cluster",
      config("r1"),
      "{kind: Pod, metadata: {name: broken}}",
      'applying Pod "broken": the cluster answers 422: Pod "broken" is invalid: spec.containers: Required value',
    ],
    [
      "an unknown user",
      config("r2", { user: { token: "wrong" } }),
      MAP,
      'applying ConfigMap "settings": the cluster answers 401: Unauthorized',
    ],
    [
      "a login by a program",
      config("r3", { user: { exec: { command: "x" } } }),
      MAP,
      'user "u" of the kubeconfig logs in by exec, which tspod does not know: "kubectl create token ACCOUNT" makes a token for it',
    ],
    [
      "a context that is not there",
      config("r4", { current: "there" }),
      MAP,
      `kubeconfig "${join(host.directory, "r4.config")}" has no context "there"`,
    ],
    [
      "no context",
      config("r5", { current: "" }),
      MAP,
      `kubeconfig "${join(host.directory, "r5.config")}" has no current-context: kubectl config use-context NAME sets one`,
    ],
    [
      "a token over http",
      config("r6", { cluster: { server: "http://127.0.0.1:1" } }),
      MAP,
      `kubeconfig "${join(host.directory, "r6.config")}": the server "http://127.0.0.1:1" is no address of https`,
    ],
    [
      "nobody there",
      config("r7", { cluster: { server: "https://127.0.0.1:1" } }),
      MAP,
      "https://127.0.0.1:1 does not answer: connection refused",
    ],
    [
      "an object without a name",
      config("r8"),
      "{kind: Pod, metadata: {}}",
      `${join(host.directory, "objects.yaml")}:1: Pod without a name`,
    ],
  ] as const)
    test(what, async () => {
      const result = await apply("-k", kubeconfig, "-f", file(text));
      assert.deepEqual([result.code, result.stderr], [125, `Error: ${message}\n`]);
    });

  test("nothing to send, or too much", async () => {
    for (const [args, message] of [
      [[], "nothing to send: name a pod, or a file by --file"],
      [["-f", "x", "y"], "names and --file cannot be used together"],
      [["-k", config("r9"), "nosuch"], 'name or ID "nosuch" not found'],
    ] as const) {
      const result = await apply(...args);
      assert.equal(result.code, 125);
      assert.equal(result.stderr.split("\n")[0], `Error: ${message}`);
    }
  });
});

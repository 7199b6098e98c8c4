import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { parseAllDocuments } from "yaml";
import { freePort } from "../support/ports.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

/** What was printed, as values. */
const documents = (text: string) =>
  parseAllDocuments(text, { version: "1.1" }).map((document) => document.toJS());

async function generated(...args: string[]) {
  return documents(await host.ok(["kube", "generate", ...args]));
}

test("a container: its fields, and Podman's comment before", async () => {
  await host.ok([
    ...[
      "create",
      "--name",
      "full",
      "-e",
      "A=one",
      "-e",
      "B=yes",
      "-w",
      "/tmp",
      "--user",
      "7:8",
      "--cap-drop",
      "fowner",
    ],
    ...[
      "--memory",
      "64m",
      "--cpus",
      "0.5",
      "--read-only",
      "--restart",
      "always",
      "-it",
      "--health-cmd",
      "true",
    ],
    ...[
      "--add-host",
      "a:1.2.3.4",
      "--dns",
      "9.9.9.9",
      "-p",
      "127.0.0.1:8099:80",
      "-v",
      "/etc:/host:ro",
      "-v",
      "Data_1:/data",
    ],
    ...[IMAGE, "sleep", "1000"],
  ]);
  const text = await host.ok(["generate", "kube", "full"]);
  assert.match(
    text,
    /^# Save the output of this file and use kubectl create -f to import\n# it into Kubernetes\.\n#\n# Created with podman-\d/,
  );
  const [{ metadata, spec, ...rest }] = documents(text);
  assert.deepEqual(rest, { apiVersion: "v1", kind: "Pod" });
  assert.match(metadata.creationTimestamp, /^\d{4}-\d\d-\d\dT[\d:]+Z$/);
  assert.deepEqual([metadata.name, metadata.labels], ["full-pod", { app: "full-pod" }]);
  const [container] = spec.containers;
  assert.deepEqual(container, {
    command: ["sleep", "1000"],
    env: [
      { name: "A", value: "one" },
      { name: "B", value: "yes" },
    ],
    image: IMAGE,
    livenessProbe: {
      exec: { command: ["/bin/sh", "-c", "true"] },
      failureThreshold: 3,
      periodSeconds: 30,
      timeoutSeconds: 30,
    },
    name: "full",
    ports: [{ containerPort: 80, hostIP: "127.0.0.1", hostPort: 8099 }],
    resources: { limits: { cpu: "500m", memory: "67108864" } },
    securityContext: {
      capabilities: { drop: ["CAP_FOWNER"] },
      readOnlyRootFilesystem: true,
      runAsUser: 7,
      runAsGroup: 8,
    },
    stdin: true,
    tty: true,
    volumeMounts: [
      { mountPath: "/host", name: "etc-host-0", readOnly: true },
      { mountPath: "/data", name: "data-1-pvc" },
    ],
    workingDir: "/tmp",
  });
  assert.deepEqual(spec.volumes, [
    { hostPath: { path: "/etc", type: "Directory" }, name: "etc-host-0" },
    { name: "data-1-pvc", persistentVolumeClaim: { claimName: "Data_1" } },
  ]);
  assert.deepEqual(
    [spec.restartPolicy, spec.hostAliases, spec.dnsConfig],
    ["Always", [{ hostnames: ["a"], ip: "1.2.3.4" }], { nameservers: ["9.9.9.9"] }],
  );
});

test("a pod, played again, makes the same containers", async () => {
  const port = await freePort();
  await host.ok(["pod", "create", "--name", "round", "-p", `${port}:80`, "--share", "ipc,net,uts,pid"]);
  for (const [name, flags] of [
    ["one", ["-e", "X=$(Y)", "--tmpfs", "/scratch", "--stop-signal", "INT"]],
    ["two", ["--privileged", "--env", "N=on"]],
  ] as const)
    await host.ok(["create", "--pod", "round", "--name", name, ...flags, IMAGE, "sleep", "1000"]);
  const fields =
    "{{.Path}} {{.Args}} {{.HostConfig.Privileged}} {{json .Config.Env}} {{.Config.WorkingDir}} {{.HostConfig.RestartPolicy.Name}}";
  const looks = async (names: readonly string[]) =>
    Promise.all(names.map((name) => host.ok(["inspect", "--format", fields, name])));
  const before = await looks(["one", "two"]);
  const path = join(host.directory, "round.yaml");
  await host.ok(["kube", "generate", "-f", path, "round"]);
  await host.ok(["pod", "rm", "round"]);
  await host.ok(["kube", "play", "--strict", "--start=false", path]);
  assert.deepEqual(await looks(["round-one", "round-two"]), before);
  const bindings = await host.ok([
    "pod",
    "inspect",
    "--format",
    "{{json .InfraConfig.PortBindings}}",
    "round",
  ]);
  assert.match(bindings, new RegExp(`"80/tcp":.*"HostPort":"${port}"`));
  const again = (text: string) => text.replaceAll(/creationTimestamp: .*/g, "").replaceAll("round-", "");
  assert.equal(
    again(await host.ok(["kube", "generate", "round"])),
    again(readFileSync(path, "utf8").trimEnd()),
  );
  const refused = await host.tspod(["kube", "generate", "-f", path, "round"]);
  assert.deepEqual([refused.code, refused.stderr], [125, `Error: cannot write to "${path}"; file exists\n`]);
  await host.ok(["kube", "down", path]);
});

test("other kinds, services and claims", async () => {
  await host.ok(["create", "--name", "kinds", "-p", "8098:80", IMAGE, "sleep", "1000"]);
  await host.ok(["volume", "create", "vol"]);
  const [service, deployment] = await generated("--type", "deployment", "--replicas", "3", "-s", "kinds");
  assert.deepEqual(
    [deployment.apiVersion, deployment.kind, deployment.metadata.name, deployment.spec.replicas],
    ["apps/v1", "Deployment", "kinds-pod-deployment", 3],
  );
  assert.deepEqual(deployment.spec.selector.matchLabels, deployment.spec.template.metadata.labels);
  const { nodePort, ...ports } = service.spec.ports[0];
  assert.ok(nodePort >= 30000 && nodePort < 32768);
  assert.deepEqual([service.spec.type, ports], ["NodePort", { name: "80", port: 80, targetPort: 80 }]);
  const [job] = await generated("--type", "job", "kinds");
  assert.deepEqual(
    [
      job.apiVersion,
      job.kind,
      job.spec.completions,
      job.spec.parallelism,
      job.spec.template.spec.restartPolicy,
    ],
    ["batch/v1", "Job", 1, 1, "Never"],
  );
  const [claim, pod] = await generated("vol", "kinds");
  assert.deepEqual([claim.kind, claim.metadata.name, pod.kind], ["PersistentVolumeClaim", "vol", "Pod"]);
});

test("containers together: names without underscores, what each asks of the pod", async () => {
  await host.ok(["create", "--name", "gen_a", "--dns", "9.9.9.9", "--dns-search", "a.test", IMAGE, "true"]);
  await host.ok([
    ...["create", "--name", "gen_b", "--dns", "9.9.9.9", "--dns", "8.8.8.8", "--stop-timeout", "33"],
    ...["--label", "io.containers.autoupdate=local", IMAGE, "true"],
  ]);
  const [service, pod] = await generated("-s", "gen_a", "gen_b");
  assert.deepEqual([service.metadata.name, service.spec.ports], ["gena-pod", undefined]);
  assert.deepEqual(pod.metadata.annotations, { "io.containers.autoupdate/genb": "local" });
  assert.deepEqual([pod.metadata.name, pod.metadata.labels], ["gena-pod", { app: "gena-pod" }]);
  const { containers, dnsConfig, terminationGracePeriodSeconds } = pod.spec;
  assert.deepEqual(
    containers.map(({ name, securityContext }: Record<string, unknown>) => [name, securityContext]),
    [
      ["gena", undefined],
      ["genb", undefined],
    ],
  );
  assert.deepEqual(dnsConfig, { nameservers: ["9.9.9.9", "8.8.8.8"], searches: ["a.test"] });
  assert.equal(terminationGracePeriodSeconds, 33);
});

test("a job's containers are not started for ever", async () => {
  await host.ok(["create", "--name", "ever", "--restart", "always", IMAGE, "true"]);
  const { code, stdout, stderr } = await host.tspod(["kube", "generate", "--type", "job", "ever"]);
  assert.deepEqual(
    [code, stdout, stderr],
    [
      125,
      "",
      "Error: k8s Jobs can not have restartPolicy set to Always; only Never and OnFailure policies allowed\n",
    ],
  );
});

test("kube_generate_type of containers.conf holds where --type is not given", async () => {
  await host.ok(["create", "--name", "typed", IMAGE, "sleep", "1000"]);
  const conf = join(host.directory, "type.conf");
  const env = { CONTAINERS_CONF_OVERRIDE: conf };
  for (const [type, args, kind] of [
    ["deployment", [], "Deployment"],
    ["deployment", ["--replicas", "3"], "Deployment"],
    ["job", [], "Job"],
    ["job", ["--type", "pod"], "Pod"],
    ["", [], "Pod"],
  ] as const) {
    writeFileSync(conf, `[engine]\nkube_generate_type = "${type}"\n`);
    const { code, stdout, stderr } = await host.tspod(["kube", "generate", ...args, "typed"], { env });
    assert.deepEqual([code, stderr, documents(stdout)[0].kind], [0, "", kind]);
  }
  writeFileSync(conf, '[engine]\nkube_generate_type = "bogus"\n');
  const { code, stderr } = await host.tspod(["kube", "generate", "typed"], { env });
  assert.equal(code, 125);
  assert.equal(
    stderr,
    `Error: ${conf}:2: kube_generate_type "bogus": is one of pod, deployment, daemonset, job\n`,
  );
});

test("what can't be: one clear line", async () => {
  await host.ok(["pod", "create", "--name", "empty"]);
  await host.ok(["create", "--pod", "empty", "--name", "inpod", IMAGE]);
  await host.ok(["pod", "create", "--name", "bare"]);
  for (const [args, message] of [
    [["bare"], /^Error: pod bare only has an infra container\n$/],
    [
      ["inpod"],
      /^Error: container [0-9a-f]{64} is associated with pod [0-9a-f]{64}: use generate on the pod itself\n$/,
    ],
    [["nobody"], /^Error: name or ID "nobody" not found\n$/],
    [["--replicas", "2", "bare"], /--replicas can only be set when --type is set to deployment/],
  ] as const) {
    const { code, stderr } = await host.tspod(["kube", "generate", ...args]);
    assert.equal(code, 125);
    assert.match(stderr, message);
  }
});

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const id = await host.ok([
  "run",
  "-d",
  "--name",
  "seen",
  "-e",
  "A=1",
  "--label",
  "k=v",
  "-w",
  "/tmp",
  "-v",
  "kept:/kept",
  "--hostname",
  "box",
  IMAGE,
  "sleep",
  "1000",
]);
const inspect = async (...args: string[]) => JSON.parse(await host.ok(["inspect", ...args]));

test("as Podman 5.8: --init is what runs, swap that nobody asked for, --chrootdirs", async () => {
  const flags = ["--init", "--chrootdirs", "/jail", "--chrootdirs", "/a,b"];
  await host.ok(["create", "--name", "made", ...flags, "--entrypoint", '["ls","-l"]', IMAGE, "/tmp"]);
  const [made] = await inspect("made");
  assert.deepEqual([made.Path, made.Args], ["/run/podman-init", ["--", "ls", "-l", "/tmp"]]);
  assert.deepEqual(made.Config.ChrootDirs, ["/jail", "/a,b"]);
  assert.match(await host.ok(["ps", "-a", "--filter", "name=made", "--format", "{{.Command}}"]), /^ls -l/);
  for (const [asked, swap] of [
    [[], 20_000_000],
    [["--memory-swap", "30000000"], 30_000_000],
    [["--memory-swap", "0"], 0],
  ] as const) {
    await host.ok(["create", "--replace", "--name", "made", "--memory", "10000000", ...asked, IMAGE]);
    assert.equal((await inspect("made"))[0].HostConfig.MemorySwap, swap);
  }
  await host.ok(["rm", "made"]);
});

test("/run/.containerenv says whether the container sees the store", async () => {
  const text = (...flags: string[]) => host.ok(["run", "--rm", ...flags, IMAGE, "cat", "/run/.containerenv"]);
  assert.equal(await text("-v", "/:/host"), "graphRootMounted=1");
  assert.equal(await text("-v", "/proc:/host"), "");
  assert.match(
    await text("--privileged", "-v", "/:/host"),
    /^engine="podman-.*\nrootless=1\ngraphRootMounted=1$/s,
  );
});

test("a container: what Podman's clients read", async () => {
  const [container, ...others] = await inspect("seen");
  assert.deepEqual(others, []);
  assert.equal(container.Id, id);
  assert.equal(container.Name, "seen");
  assert.equal(container.Path, "sleep");
  assert.deepEqual(container.Args, ["1000"]);
  assert.equal(container.ImageName, IMAGE);
  assert.match(container.Image, /^[0-9a-f]{64}$/);
  assert.equal(container.State.Status, "running");
  assert.equal(container.State.Running, true);
  assert.equal(container.State.FinishedAt, "0001-01-01T00:00:00Z");
  assert.ok(container.State.Pid > 0);
  assert.equal(container.Config.Hostname, "box");
  assert.equal(container.Config.WorkingDir, "/tmp");
  assert.ok(container.Config.Env.includes("A=1"));
  assert.deepEqual(container.Config.Labels, { k: "v" });
  assert.deepEqual(container.Config.Cmd, ["sleep", "1000"]);
  assert.equal(container.HostConfig.RestartPolicy.Name.replace("no", ""), "");
  assert.equal(container.HostConfig.NetworkMode, "slirp4netns");
  assert.equal(container.OCIRuntime, "crun");
  const [mount] = container.Mounts;
  assert.deepEqual([mount.Type, mount.Name, mount.Destination, mount.RW], ["volume", "kept", "/kept", true]);
});

test("mounts and ports, in the words of podman 5.8", async () => {
  await host.ok([
    ...[
      "create",
      "--name",
      "mounts",
      "--tmpfs",
      "/tt:size=5m,mode=700",
      "--tmpfs",
      "/ro:ro",
      "-v",
      "/tmp:/two:ro",
    ],
    ...["-v", "data:/data:ro,noexec", "-p", "127.0.0.1:8081:80/udp", "-p", "8083:81", "-p", "8082:81"],
    ...["--expose", "99/udp", "--expose", "98/udp", IMAGE, "true"],
  ]);
  const [{ Mounts, HostConfig, NetworkSettings }] = await inspect("mounts");
  assert.deepEqual(
    Mounts.map(({ Destination, Options, RW }: { Destination: string; Options: string[]; RW: boolean }) =>
      [Destination, RW, ...Options].join(" "),
    ),
    ["/data false noexec nosuid nodev rbind", "/two false rbind"],
  );
  assert.deepEqual(HostConfig.Binds, [
    "data:/data:ro,noexec,rprivate,nosuid,nodev,rbind",
    "/tmp:/two:ro,rprivate,rbind",
  ]);
  assert.deepEqual(HostConfig.Tmpfs, {
    "/ro": "ro,rprivate,nosuid,nodev,tmpcopyup",
    "/tt": "size=5m,mode=700,rprivate,nosuid,nodev,tmpcopyup",
  });
  const bindings = {
    "80/udp": [{ HostIp: "127.0.0.1", HostPort: "8081" }],
    "81/tcp": [
      { HostIp: "0.0.0.0", HostPort: "8082" },
      { HostIp: "0.0.0.0", HostPort: "8083" },
    ],
  };
  assert.deepEqual(HostConfig.PortBindings, bindings);
  assert.deepEqual(NetworkSettings.Ports, { ...bindings, "98/udp": null, "99/udp": null });
  const ps = ["ps", "-a", "--filter", "name=mounts", "--format"];
  const [row] = JSON.parse(await host.ok([...ps, "json"]));
  assert.deepEqual([row.Labels, row.ExposedPorts], [null, { 98: ["udp"], 99: ["udp"] }]);
  assert.deepEqual(row.Mounts.toSorted(), ["/data", "/ro", "/tt", "/two"]);
  assert.equal(
    await host.ok([...ps, "{{.Ports}} {{.ExposedPorts}}"]),
    "0.0.0.0:8082->81/tcp, 0.0.0.0:8083->81/tcp, 127.0.0.1:8081->80/udp, 98-99/udp map[98:[udp] 99:[udp]]",
  );
});

test("an exited container has its code and its end", async () => {
  await host.tspod(["run", "--name", "ended", IMAGE, "sh", "-c", "exit 3"]);
  const [{ State }] = await inspect("ended");
  assert.deepEqual([State.Status, State.ExitCode, State.Running], ["exited", 3, false]);
  assert.ok(Date.parse(State.FinishedAt) >= Date.parse(State.StartedAt));
});

test("an image", async () => {
  const [image] = await inspect(IMAGE);
  assert.match(image.Id, /^[0-9a-f]{64}$/);
  assert.match(image.Digest, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(image.RepoTags, [IMAGE]);
  assert.deepEqual(image.Config.Cmd, ["sh"]);
  assert.equal(image.Os, "linux");
  assert.equal(image.RootFS.Type, "layers");
  assert.equal(image.RootFS.Layers.length, 1);
  assert.ok(image.Size > 1_000_000);
});

test("an image of several names: its digest in each repository, sorted as in lists", async () => {
  await host.ok(["tag", IMAGE, "test.localhost/z:1", "test.localhost/a:1", "test.localhost/a:2"]);
  const [{ Digest, RepoDigests }] = await inspect(IMAGE);
  const repositories = ["test.localhost/a", "test.localhost/busybox", "test.localhost/z"];
  assert.deepEqual(
    RepoDigests,
    repositories.map((repository) => `${repository}@${Digest}`),
  );
  const listed = JSON.parse(await host.ok(["images", "--format", "json"]));
  assert.deepEqual(listed[0].RepoDigests, RepoDigests);
  await host.ok(["untag", IMAGE, "test.localhost/z:1", "test.localhost/a:1", "test.localhost/a:2"]);
});

describe("--format", () => {
  for (const [format, expected] of [
    ["{{.Id}}", id],
    ["{{.State.Running}} {{.State.ExitCode}}", "true 0"],
    ["{{json .Config.Labels}}", '{"k":"v"}'],
    ["{{.Config.Labels}}", "map[k:v]"],
    ['{{index .Config.Labels "k"}}', "v"],
    ["{{range .Mounts}}{{.Destination}};{{end}}", "/kept;"],
    ["{{len .Args}}", "1"],
    ["{{.Args}}", "[1000]"],
    ["{{if .State.Running}}yes{{else}}no{{end}}", "yes"],
    ["{{.NetworkSettings.Ports}}", "map[]"],
  ] as const) {
    test(format, async () => assert.equal(await host.ok(["inspect", "--format", format, "seen"]), expected));
  }
});

test("several at once; an unknown one fails, the others are printed", async () => {
  assert.equal((await inspect("seen", "ended")).length, 2);
  const result = await host.tspod(["inspect", "seen", "nobody"]);
  assert.equal(result.code, 125);
  assert.equal(JSON.parse(result.stdout).length, 1);
  assert.match(result.stderr, /^Error: .*"?nobody"?.*no such object.*\n$|^Error: .*nobody.*\n$/);
});

test("--type", async () => {
  assert.equal((await inspect("--type", "image", IMAGE)).length, 1);
  assert.equal((await host.tspod(["inspect", "--type", "image", "seen"])).code, 125);
});

test("by a part of the id, and a field that isn't there", async () => {
  assert.equal(await host.ok(["inspect", "-f", "{{.Name}}", id.slice(0, 10)]), "seen");
  const result = await host.tspod(["inspect", "-f", "{{.NoSuch}}", "seen"]);
  assert.equal(result.code, 125);
  assert.match(result.stderr, /NoSuch/);
});

test("annotations are those of what was asked for, and of how systemd is to stop the container", async () => {
  await host.ok([
    ...["create", "--name", "annotated", "--rm", "--init", "--stop-signal", "INT", "--stop-timeout", "5"],
    ...[
      "--security-opt",
      "seccomp=unconfined",
      "--security-opt",
      "label=disable",
      "--volumes-from",
      "mounts",
    ],
    ...["--annotation", "k=v", IMAGE, "true"],
  ]);
  const [{ Config }] = await inspect("annotated");
  assert.deepEqual(Config.Annotations, {
    "io.container.manager": "libpod",
    "io.podman.annotations.autoremove": "TRUE",
    "io.podman.annotations.init": "TRUE",
    "io.podman.annotations.label": "disable",
    "io.podman.annotations.seccomp": "unconfined",
    "io.podman.annotations.volumes-from": "mounts",
    "org.opencontainers.image.stopSignal": "2",
    "org.systemd.property.KillSignal": "2",
    "org.systemd.property.TimeoutStopUSec": "uint64 5000000",
    k: "v",
  });
});

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { strangersLayer } from "../support/image.ts";
import { IMAGE, makeWorld, untilEnded } from "../support/world.ts";

const world = await makeWorld({ images: { busybox: { layers: [strangersLayer()] } } });
after(() => world.close());
const { host } = world;
const { uid, gid, username } = userInfo();
const run = (flags: readonly string[], script: string) =>
  host.ok(["run", "--rm", "--network", "none", ...flags, IMAGE, "sh", "-c", script]);
const map = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));

for (const runtime of ["crun", "runc"]) {
  describe(`with ${runtime}`, () => {
    const start = (flags: readonly string[], script: string) =>
      host.ok(["--runtime", runtime, "run", "--rm", ...flags, IMAGE, "sh", "-c", script]);

    test("keep-id: the caller has its own ids, the image's files theirs, and the network is there", async () => {
      const script =
        "id -u; id -g; stat -c %u:%g /bin /etc/hosts; touch /tmp/x; stat -c %u:%g /tmp/x; mount | grep -c '^sysfs on /sys '; ls /sys/class/net";
      assert.equal(
        await start(["--userns", "keep-id"], script),
        [uid, gid, "0:0", "0:0", `${uid}:${gid}`, 1, "lo", "tap0"].join("\n"),
      );
    });

    test("keep-id:uid=,gid=", async () => {
      const output = await start(["--userns", "keep-id:uid=200,gid=210"], "id -u; id -g; stat -c %u:%g /bin");
      assert.equal(output, "200\n210\n0:0");
    });

    test("keep-id:size=: so many ids, the caller's own among them", async () => {
      const size = await start(["--userns", "keep-id:uid=10,gid=10,size=5"], "cat /proc/self/uid_map");
      assert.deepEqual(map(size), [
        [0, 1, 4],
        [10, 0, 1],
      ]);
    });

    test("nomap: the caller is not in it", async () => {
      assert.deepEqual(
        map(await start(["--userns", "nomap"], "cat /proc/self/uid_map"))[0]?.slice(0, 2),
        [0, 1],
      );
    });

    test("--uidmap", async () => {
      const flags = ["--uidmap", "0:1:500", "--uidmap", "500:0:1"];
      assert.deepEqual(map(await start(flags, "cat /proc/self/gid_map")), [
        [0, 1, 500],
        [500, 0, 1],
      ]);
    });

    test("--gidmap across the user's own id and subordinate ones, which the kernel takes apart only", async () => {
      const flags = ["--uidmap", "0:1:100", "--gidmap", "0:0:100"];
      assert.deepEqual(map(await start(flags, "cat /proc/self/gid_map")), [
        [0, 0, 1],
        [1, 1, 99],
      ]);
    });
  });
}

test("it needs no home directory that others may walk through", async () => {
  assert.equal(
    await run(["--userns", "nomap", "-v", `${host.directory}:/h`], "stat -c %u /bin; ls -d /h"),
    "0\n/h",
  );
});

test("keep-id adds the caller to passwd and group, and lives in a home that is mounted", async () => {
  const home = userInfo().homedir;
  assert.equal(
    await run(["--userns", "keep-id"], "grep ^$(id -un): /etc/passwd; tail -1 /etc/group; echo $HOME"),
    `${username}:*:${uid}:${gid}::/:/bin/sh\n${username}:x:${gid}:${username}\n/`,
  );
  assert.equal(await run(["--userns", "keep-id", "-v", `${host.directory}:${home}`], "echo $HOME"), home);
  const entry = "--passwd-entry=$USERNAME:x:$UID:$GID::$HOME:/bin/false";
  assert.equal(
    await run(["--userns", "keep-id", entry], "tail -1 /etc/passwd"),
    `${username}:x:${uid}:${gid}::/:/bin/false`,
  );
  assert.equal(
    await run(["--hostuser", username], "tail -1 /etc/passwd"),
    `${username}:*:${uid}:${gid}::/:/bin/sh`,
  );
});

test("PODMAN_USERNS is the default", async () => {
  const env = { PODMAN_USERNS: "keep-id" };
  const args = (...flags: string[]) => ["run", "--rm", "--network", "none", ...flags, IMAGE, "id", "-u"];
  assert.equal(await host.ok(args(), { env }), String(uid));
  assert.equal(await host.ok(args("--userns", "host"), { env }), "0");
});

test("auto: containers have ids of their own, behind each other", async () => {
  await host.ok([
    "run",
    "-d",
    "--name",
    "auto1",
    "--userns",
    "auto:size=500",
    "--network",
    "none",
    IMAGE,
    "sleep",
    "100",
  ]);
  assert.deepEqual(map(await host.ok(["exec", "auto1", "cat", "/proc/self/uid_map"])), [[0, 1, 500]]);
  assert.deepEqual(map(await run(["--userns", "auto"], "cat /proc/self/uid_map")), [[0, 501, 2001]]);
  assert.deepEqual(await host.tspod(["run", "--userns", "auto:size=70000", IMAGE, "true"]), {
    code: 125,
    stdout: "",
    stderr: "Error: creating container storage: could not find enough available IDs\n",
  });
  await host.ok(["rm", "-ft", "0", "auto1"]);
});

test("container: shares ids and files; exec, cp, commit and top know the container's ids", async () => {
  await host.ok([
    "run",
    "-d",
    "--name",
    "kept",
    "--userns",
    "keep-id",
    "--network",
    "none",
    IMAGE,
    "sleep",
    "100",
  ]);
  const shared = await run(["--userns", "container:kept"], "id -u; stat -c %u /bin; cat /proc/self/uid_map");
  assert.deepEqual(shared.split("\n").slice(0, 2), ["0", "0"]);
  assert.deepEqual(map(shared.split("\n").slice(2).join("\n"))[1], [uid, 0, 1]);
  assert.equal(await host.ok(["exec", "kept", "id", "-un"]), username);
  assert.equal(
    await host.ok(["exec", "-u", "0", "kept", "sh", "-c", "id -u; mkdir /r; stat -c %u /r"]),
    "0\n0",
  );
  writeFileSync(join(host.directory, "f"), "");
  await host.ok(["cp", join(host.directory, "f"), "kept:/tmp/f"]);
  assert.equal(await host.ok(["exec", "kept", "stat", "-c", "%u:%g", "/tmp/f"]), `${uid}:${gid}`);
  assert.equal(await host.ok(["top", "kept", "user"]), `USER\n${username}`);
  await host.ok(["commit", "-q", "kept", "committed"]);
  assert.equal(
    await host.ok(["run", "--rm", "--network", "none", "committed", "stat", "-c", "%u:%g", "/tmp/f", "/r"]),
    `${uid}:${gid}\n0:0`,
  );
  const [{ HostConfig, Config }] = JSON.parse(await host.ok(["inspect", "kept"]));
  assert.equal(HostConfig.UsernsMode, "private");
  assert.equal(HostConfig.IDMappings.UidMap[1], `${uid}:0:1`);
  assert.equal(Config.User, `${uid}:${gid}`);
  await host.ok(["rm", "-ft", "0", "kept"]);
  await host.ok(["rmi", "-f", "committed"]);
});

test("a restarted container has its network again", async () => {
  await host.ok([
    "run",
    "-d",
    "--name",
    "again",
    "--userns",
    "keep-id",
    "--restart",
    "on-failure:1",
    IMAGE,
    "sh",
    "-c",
    "ls /sys/class/net; exit 3",
  ]);
  await untilEnded(host, "again");
  assert.equal(await host.ok(["logs", "again"]), "lo\ntap0\nlo\ntap0");
  await host.ok(["rm", "-f", "again"]);
});

describe("volumes", () => {
  test("a new one belongs to the container's user, a filled one to whom the image says", async () => {
    const flags = ["--userns", "keep-id", "-v", "own:/own", "-v", "seeded:/var/data"];
    assert.equal(await run(flags, "stat -c %u:%g /own /var/data /var/data/seed"), `${uid}:${gid}\n0:0\n0:0`);
    assert.equal(await run(["-u", "1000:1000", "-v", "third:/third"], "stat -c %u:%g /third"), "1000:1000");
  });

  test("U gives a source to the container's user", async () => {
    const source = join(host.directory, "given");
    mkdirSync(join(source, "inner"), { recursive: true });
    const see = "stat -c %u:%g /u /u/inner";
    assert.equal(await run(["-u", "1000:1000", "-v", `${source}:/u:U`], see), "1000:1000\n1000:1000");
    assert.equal(await run(["--userns", "nomap", "-v", `${source}:/u:U`], see), "0:0\n0:0");
    assert.equal(await run(["-v", `${source}:/u:U`], see), "0:0\n0:0");
    await host.ok(["unshare", "chown", "5:6", join(source, "inner")]);
    assert.equal(await run(["-v", `${source}:/u:U`], see), "0:0\n5:6", "it is the user's already");
    assert.equal(await run(["-u", "50", "--tmpfs", "/t:U"], "stat -c %u:%g /t"), "50:0");
    assert.deepEqual(await host.tspod(["run", "--rm", "-v", "/usr:/u:U", IMAGE, "true"]), {
      code: 126,
      stdout: "",
      stderr: 'Error: chowning host path "/usr" is not allowed. You can manually `chown -R 0:0 /usr`\n',
    });
  });

  test("O: an overlay, which ends with the container", async () => {
    const source = join(host.directory, "below");
    mkdirSync(source);
    writeFileSync(join(source, "f"), "as it was\n");
    assert.equal(
      await run(["--userns", "keep-id", "-v", `${source}:/o:O`], "echo new > /o/f; cat /o/f"),
      "new",
    );
    assert.deepEqual(readdirSync(source), ["f"]);
  });
});

test("the copies of the layers go with the image", async () => {
  const layers = () => readdirSync(join(host.dataDirectory, "tspod/layers"));
  assert.equal(layers().length, 1);
  await host.ok(["rmi", IMAGE]);
  assert.deepEqual(layers(), []);
});

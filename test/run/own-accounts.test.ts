import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { busyboxLayer, strangersLayer } from "../support/image.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/*
 * Entries that a container needs beside its image's passwd and group stand in these files themselves: a mount
 * over them would keep useradd, chpasswd and package managers from replacing them.
 */
const NIX = "test.localhost/nix:latest";
const BARE = "test.localhost/bare:latest";
const withoutAccounts = busyboxLayer().filter(({ path }) => !/^(?:\.\/)?etc\/(?:passwd|group)$/.test(path));
const world = await makeWorld({
  images: {
    busybox: { layers: [strangersLayer()] },
    bare: { layers: [withoutAccounts] },
    nix: {
      layers: [
        withoutAccounts,
        [
          {
            path: "nix/s/passwd",
            content: "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/nix/home:/bin/sh\n",
          },
          { path: "nix/s/group", content: "nobody:x:65534:\n" },
          { path: "etc/passwd", linkTo: "/nix/s/passwd" },
          { path: "etc/group", linkTo: "../nix/s/group" },
        ],
      ],
    },
  },
});
after(() => world.close());
const { host } = world;
const { username, uid } = userInfo();

describe("whoever is added, accounts can be made", () => {
  for (const [name, flags, entry] of [
    ["keep-id", ["--userns", "keep-id"], `${username}:*:${uid}:`],
    ["number", ["-u", "1234"], "1234:*:1234:"],
    ["hostuser", ["--hostuser", username], `${username}:*:${uid}:`],
    ["auto", ["--userns", "auto:size=4000", "-u", "1234:1235"], "1234:*:1234:1235:"],
    ["mounted", ["--userns", "keep-id", "-v", "/etc/hosts:/etc/hosts:ro"], `${username}:*:${uid}:`],
  ] as const)
    test(name, async () => {
      await host.ok(["run", "-d", "--name", name, ...flags, IMAGE, "sleep", "1000"]);
      const inside = (script: string) => host.ok(["exec", "-u", "0", name, "sh", "-c", script]);
      assert.ok((await inside("cat /etc/passwd")).split("\n").some((line) => line.startsWith(entry)));
      await inside(
        "echo new:x:77:77::/:/bin/sh >>/etc/passwd; cp -p /etc/passwd /etc/p && mv /etc/p /etc/passwd",
      );
      await inside("cp -p /etc/group /etc/g && mv /etc/g /etc/group");
      assert.equal(await inside("stat -c '%u:%g %a' /etc/passwd /etc /"), "0:0 644\n0:0 755\n0:0 555");
      assert.equal(await host.ok(["exec", "-u", "new", name, "id", "-u"]), "77");
      assert.match(await host.ok(["diff", name]), /^C \/etc\/passwd$/m);
      await host.ok(["restart", "-t0", name]);
      const lines = (await inside("cat /etc/passwd")).split("\n");
      assert.equal(lines.filter((line) => line.startsWith(entry)).length, 1, lines.join("\n"));
      assert.ok(lines.includes("new:x:77:77::/:/bin/sh"));
    });
});

test("a commit takes the entry along", async () => {
  await host.ok(["run", "--name", "made", "-u", "4321", IMAGE, "true"]);
  await host.ok(["commit", "-q", "made", "localhost/made"]);
  assert.match(await host.ok(["run", "--rm", "localhost/made", "cat", "/etc/passwd"]), /^4321:\*:4321:/m);
});

test("a read-only root filesystem has it, too", async () => {
  assert.equal(await host.ok(["run", "--rm", "--read-only", "-u", "1234", IMAGE, "id", "-un"]), "1234");
});

test("a file that the user has mounted there stays as it is", async () => {
  const file = join(host.directory, "passwd");
  writeFileSync(file, "root:x:0:0::/root:/bin/sh\n");
  await host.ok(["run", "--rm", "-u", "1234", "-v", `${file}:/etc/passwd`, IMAGE, "true"]);
  assert.equal(readFileSync(file, "utf8"), "root:x:0:0::/root:/bin/sh\n");
});

test("an image without accounts", async () => {
  assert.equal(await host.ok(["run", "--rm", "-u", "1234", BARE, "id", "-un"]), "1234");
});

describe("passwd and group that are symlinks", () => {
  test("are read", async () => {
    const result = await host.ok([
      "run",
      "--rm",
      "-u",
      "nobody:nobody",
      NIX,
      "sh",
      "-c",
      "id -u; echo $HOME",
    ]);
    assert.equal(result, "65534\n/nix/home");
    await host.ok(["run", "-d", "--name", "nix", NIX, "sleep", "1000"]);
    assert.equal(await host.ok(["exec", "-u", "nobody", "nix", "id", "-u"]), "65534");
  });
  test("are written to where they lead, and stay symlinks", async () => {
    const script = "readlink /etc/passwd; tail -1 /nix/s/passwd; tail -1 /nix/s/group";
    assert.equal(
      await host.ok(["run", "--rm", "-u", "1234", NIX, "sh", "-c", script]),
      "/nix/s/passwd\n1234:*:1234:0:container user:/:/bin/sh\n1234:x:1234:1234",
    );
  });
});

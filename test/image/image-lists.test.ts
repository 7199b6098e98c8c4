import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, describe, test } from "node:test";

import { busyboxLayer } from "../support/image.ts";
import { makePodman } from "../support/podman.ts";
import { makeWorld } from "../support/world.ts";

const base = busyboxLayer();
const second = [{ path: "etc/second", content: "2".repeat(5000) }];
const world = await makeWorld({
  images: {
    base: { layers: [base] },
    two: { layers: [base, second], config: { Labels: { keep: "yes" } } },
    three: { layers: [base, second, [{ path: "etc/third", content: "3" }]] },
  },
});
const podman = makePodman();
after(async () => {
  await podman.close();
  await world.close();
});
const { host } = world;
const IMAGE = "test.localhost/base:latest";
const NAMES = ["base", "two", "three"].map((name) => `test.localhost/${name}:latest`);
for (const name of NAMES) {
  const file = `${host.directory}/${name.replaceAll(/\W/g, "-")}.tar`;
  await host.ok(["save", "-q", "-o", file, name]);
  await podman.ok(["load", "-q", "-i", file]);
}

describe("as podman shows it", () => {
  for (const args of [
    ["history", "three"],
    ["history", "--no-trunc", "three"],
    ["history", "-q", "two"],
    ["history", "--format", "json", "three"],
    ["history", "--human=false", "three"],
    ["history", "--format", "{{.ID}} {{.CreatedBy}} {{.Size}}", "two"],
    ["history", "nosuch"],
    ["history"],
    ["image", "tree", "nosuch"],
    ["image", "prune", "operand"],
    ["system", "df", "operand"],
  ]) {
    test(args.join(" "), async () => {
      const ours = await host.tspod(args);
      const theirs = await podman.tspod(args);
      // Podman 4 has a blank between number and unit, which makes its last columns wider by one.
      const size = (text: string) => text.replaceAll(/(?<=\d) (?=[kM]?B\b)/g, "").replaceAll(/ +/g, " ");
      // Podman has tags in a history's JSON since 5.8.
      const words = ({ stdout, stderr }: typeof ours) =>
        size(stdout).replaceAll(/"tags":\[.*?\],/g, "") +
        stderr.replaceAll("podman", "tspod").replace(/^time=.*\n/gm, "");
      assert.equal(words(ours), words(theirs));
      assert.equal(ours.code, theirs.code);
    });
  }

  test("a step's time is RFC 3339 in UTC, as of podman 5.8", async () => {
    const times = (await host.ok(["history", "--format", "{{.CreatedAt}}", "three"])).trim().split("\n");
    for (const time of times) assert.match(time, /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$/);
  });

  test("a history has the names of the images that were complete with its steps", async () => {
    const json = JSON.parse(await host.ok(["history", "--format", "json", "three"]));
    assert.deepEqual(
      json.map(({ tags }: { tags: string[] }) => tags),
      NAMES.toReversed().map((name) => [name]),
    );
    assert.equal(
      await host.ok(["history", "--format", "{{.Tags}}", "two"]),
      "[test.localhost/two:latest]\n[test.localhost/base:latest]",
    );
  });

  test("image tree, but for the layers' IDs", async () => {
    for (const args of [["three"], ["base"], ["--whatrequires", "base"]]) {
      const shape = (text: string) =>
        text.replaceAll(/ID: [0-9a-f]{12}/g, "ID").replaceAll(/Size: +[\d.]+\w?B/g, "Size");
      const ours = await host.ok(["image", "tree", ...args]);
      assert.equal(shape(ours), shape(await podman.ok(["image", "tree", ...args])));
    }
  });
});

test("image tree: a fork", async () => {
  await host.ok(["run", "--name", "c", "--network", "none", "base", "touch", "/x"]);
  await host.ok(["commit", "-q", "c", "fork"]);
  const tree = await host.ok(["image", "tree", "--whatrequires", "base"]);
  assert.match(tree, /^[├└]── ID: .*two.*\n[│ ] {3}└── ID: .*three/m);
  assert.match(tree, /^[├└]── ID: .*fork/m);
  await host.ok(["rm", "c"]);
  await host.ok(["rmi", "fork"]);
});

test("system df: what is shared counts once, what is used is not reclaimable", async () => {
  await host.ok(["volume", "create", "v"]);
  await host.ok([
    "run",
    "--name",
    "c",
    "--network",
    "none",
    "-v",
    "v:/v",
    "two",
    "sh",
    "-c",
    "echo hi > /v/x",
  ]);
  const rows = JSON.parse(await host.ok(["system", "df", "--format", "json"]));
  const [images, containers, volumes] = rows;
  assert.deepEqual([images.Total, images.Active, containers.Total, containers.Active], [3, 1, 1, 0]);
  assert.deepEqual([volumes.Total, volumes.Active, volumes.RawSize], [1, 1, 3]);
  const sizes: number[] = JSON.parse(await host.ok(["images", "--format", "json"])).map(
    ({ Size }: { Size: number }) => Size,
  );
  assert.ok(images.RawSize < sizes.reduce((sum, size) => sum + size, 0) / 2);
  assert.ok(images.RawReclaimable > 0 && images.RawReclaimable < 100_000);
  const verbose = await host.ok(["system", "df", "-v"]);
  assert.match(verbose, /^Images space usage:\n\nREPOSITORY +TAG +IMAGE ID +CREATED +SIZE +SHARED SIZE/);
  assert.match(verbose, /^v +1 +3B$/m);
  assert.match(await host.ok(["system", "df"]), /^TYPE +TOTAL +ACTIVE +SIZE +RECLAIMABLE\nImages +3 +1 +/);
  await host.ok(["rm", "c"]);
  await host.ok(["volume", "rm", "v"]);
});

test("image prune: dangling ones, all unused ones, by filters, with a question", async () => {
  const ids = async () => (await host.ok(["images", "-a", "-q"])).split("\n").sort();
  assert.equal(await host.ok(["image", "prune", "-f"]), "");
  await host.ok(["untag", "three"]);
  const asked = await host.tspod(["image", "prune"], { input: "n\n" });
  assert.equal(
    asked.stdout,
    "WARNING! This command removes all dangling images.\nAre you sure you want to continue? [y/N] ",
  );
  assert.equal((await ids()).length, 3);
  assert.match(await host.ok(["image", "prune", "-f"]), /^[0-9a-f]{64}$/);
  await host.ok(["create", "--name", "c", "base"]);
  assert.equal(await host.ok(["image", "prune", "-a", "-f", "--filter", "label!=keep"]), "");
  assert.match(await host.ok(["image", "prune", "-a", "-f", "--filter", "until=1h"]), /^[0-9a-f]{64}$/);
  assert.equal((await ids()).length, 1);
  await host.ok(["rm", "c"]);
  assert.match(await host.ok(["image", "prune", "--all"], { input: "y\n" }), /[0-9a-f]{64}$/);
  const left = execFileSync("find", [`${host.dataDirectory}/tspod/layers`, "-mindepth", "1"]);
  assert.equal(left.toString(), "");
});

test("system prune: containers that do not run, their images and, when asked, volumes; what runs stays", async () => {
  await host.ok(["load", "-q", "-i", `${host.directory}/test-localhost-two-latest.tar`]);
  await host.ok(["load", "-q", "-i", `${host.directory}/test-localhost-base-latest.tar`]);
  const running = await host.ok(["run", "-d", "--network", "none", "base", "sleep", "60"]);
  const created = await host.ok(["create", "-v", "pruned:/v", "two"]);
  assert.deepEqual(await host.tspod(["system", "prune", "--filter", "nosuch=1", "-f"]), {
    code: 125,
    stdout: "",
    stderr: "Error: nosuch is an invalid filter\n",
  });
  const asked = await host.tspod(["system", "prune", "--volumes", "--all"], { input: "n\n" });
  assert.equal(
    asked.stdout,
    "WARNING! This command removes:\n\t- all stopped containers\n\t- all networks not used by at least one container\n" +
      "\t- all volumes not used by at least one container\n" +
      "\t- all images without at least one container associated with them\n\nAre you sure you want to continue? [y/N] ",
  );
  assert.equal(await host.ok(["system", "prune", "-f", "--filter", "until=1h"]), "Total reclaimed space: 0B");
  assert.match(
    await host.ok(["system", "prune", "-f", "--all", "--volumes"]),
    new RegExp(
      `^Deleted Containers\n${created}\nDeleted Volumes\npruned\nDeleted Images\n[0-9a-f]{64}\nTotal reclaimed space: \\S+B$`,
    ),
  );
  assert.equal(await host.ok(["ps", "-aq", "--no-trunc"]), running);
  assert.equal(await host.ok(["images", "--format", "{{.Repository}}"]), "test.localhost/base");
  await host.ok(["rm", "-f", "-t", "0", running]);
});

test("untag NAME:TAG@DIGEST of what was pulled so changes nothing, and any other digest is not known", async () => {
  const digest = await host.ok(["inspect", "-f", "{{.Digest}}", IMAGE]);
  const names = () => host.ok(["inspect", "-f", "{{.RepoTags}} {{.RepoDigests}}", IMAGE]);
  const before = await names();
  assert.equal(await host.ok(["untag", IMAGE, `${IMAGE}@${digest}`]), "");
  assert.equal(await names(), before);
  const repository = IMAGE.replace(/:latest$/, "");
  for (const name of [
    `${repository}:2@${digest}`,
    `${IMAGE}@sha256:${"0".repeat(64)}`,
    `${repository}@${digest}`,
  ])
    assert.deepEqual(await host.tspod(["untag", IMAGE, name]), {
      code: 125,
      stdout: "",
      stderr: `Error: ${repository}@${name.slice(name.indexOf("@") + 1)}: tag not known\n`,
    });
  assert.equal(await names(), before);
});

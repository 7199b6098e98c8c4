import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { makeImage } from "../support/image.ts";
import { makePodman } from "../support/podman.ts";
import { requireProgram, runProgram } from "../support/program.ts";
import { endGpgAgent, makeGpgKey } from "../support/signing.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: {} });
const { host, registry } = world;
const podman = makePodman();
const registries = dockerRegistries();
const at = (name: string) => join(host.directory, name);
const key = makeGpgKey(at("g1"));
after(async () => {
  registries.close();
  endGpgAgent(key.home);
  await podman.close();
  await world.close();
});
const target = await registries.start();
const image = makeImage({ layers: [[{ path: "a", content: "a" }]] });
registry.add("app", "1", image);
await host.ok(["pull", "-q", "test.localhost/app:1"]);

const gpg = { env: { GNUPGHOME: key.home } };
const store = at("sigs");
for (const each of [host, podman]) {
  mkdirSync(join(each.configDirectory, "containers/registries.d"), { recursive: true });
  mkdirSync(join(each.directory, ".config/containers/registries.d"), { recursive: true });
  for (const directory of [each.configDirectory, join(each.directory, ".config")]) {
    writeFileSync(
      join(directory, "containers/registries.d/a.yaml"),
      `default-docker:\n  lookaside: file://${store}\n`,
    );
    writeFileSync(
      join(directory, "containers/policy.json"),
      JSON.stringify({
        default: [{ type: "insecureAcceptAnything" }],
        transports: {
          docker: { [target]: [{ type: "signedBy", keyType: "GPGKeys", keyPath: key.publicKey }] },
        },
      }),
    );
  }
}

describe("push --sign-by", () => {
  const name = `${target}/team/app:1`;
  test("what is pushed unsigned is rejected; what is signed is accepted, by podman too", async () => {
    await host.ok(["push", "-q", "--tls-verify=false", "test.localhost/app:1", name]);
    for (const each of [host, podman]) {
      const { code, stderr } = await each.tspod(["pull", "-q", "--tls-verify=false", name]);
      assert.equal(code, 125);
      assert.match(stderr, /A signature was required, but no signature exists/);
    }
    await host.ok(
      ["push", "-q", "--tls-verify=false", "--sign-by", key.fingerprint, "test.localhost/app:1", name],
      gpg,
    );
    for (const each of [host, podman])
      assert.equal(
        await each.ok(["pull", "-q", "--tls-verify=false", name]),
        image.config.digest.replace("sha256:", ""),
      );
  });

  test("what podman signs is accepted", async () => {
    const other = `${target}/team/theirs:1`;
    await podman.ok(
      ["push", "-q", "--tls-verify=false", "--remove-signatures", "--sign-by", key.fingerprint, name, other],
      gpg,
    );
    await host.ok(["pull", "-q", "--tls-verify=false", other]);
  });

  test("no such key: nothing is pushed", async () => {
    const other = `${target}/team/none:1`;
    const args = [
      "push",
      "-q",
      "--tls-verify=false",
      "--sign-by",
      "nobody@example.com",
      "test.localhost/app:1",
      other,
    ];
    const { code, stderr } = await host.tspod(args, gpg);
    assert.equal(code, 125);
    assert.match(stderr, /Error: signing with gpg: no secret key "nobody@example\.com" found/);
    const inspect = ["inspect", "--tls-verify=false", `docker://${other}`];
    const there = await runProgram(requireProgram("skopeo", "skopeo"), inspect);
    assert.match(there.stderr, /manifest unknown|name unknown|repository name not known/);
    assert.notEqual(there.code, 0);
  });

  test("a place that keeps no signatures", async () => {
    const { code, stderr } = await host.tspod(
      ["push", "--sign-by", "x", "test.localhost/app:1", `oci:${at("layout")}`],
      gpg,
    );
    assert.equal(code, 125);
    assert.match(stderr, /^Error: Can not copy signatures to oci: /);
    assert.ok(!existsSync(at("layout")));
  });
});

test("image sign: an image that a registry has, below a directory", async () => {
  const directory = at("elsewhere");
  const args = ["image", "sign", "--tls-verify=false", "--directory", directory];
  const refused = await host.tspod(
    [...args, "--sign-by", key.fingerprint, `docker://${target}/team/app:1`],
    gpg,
  );
  assert.deepEqual(refused.code, 125);
  assert.match(refused.stderr, /^Error: stat .*elsewhere: no such file or directory\n$/);
  mkdirSync(directory);
  await host.ok([...args, "--sign-by", key.fingerprint, `docker://${target}/team/app:1`], gpg);
  const signatures = join(directory, `team/app@${image.manifest.digest.replace(":", "=")}`);
  assert.deepEqual(readdirSync(signatures), ["signature-1"]);
  const without = await host.tspod([...args, `docker://${target}/team/app:1`], gpg);
  assert.equal(without.stderr, "Error: no identity provided\n");
  assert.equal(without.code, 125);
});

test("image sign: an image that is here, by its manifest", async () => {
  const directory = at("stored");
  mkdirSync(directory);
  const sign = (name: string) =>
    host.tspod(["image", "sign", "--directory", directory, "--sign-by", key.fingerprint, name], gpg);
  const done = await sign("containers-storage:test.localhost/app:1");
  assert.deepEqual(done, { code: 0, stdout: "", stderr: "" });
  const signatures = join(directory, `app@${image.manifest.digest.replace(":", "=")}`);
  assert.deepEqual(readdirSync(signatures), ["signature-1"]);
  const verified = await runProgram("gpg", ["--verify", join(signatures, "signature-1")], {
    env: { ...host.env, ...gpg.env },
  });
  assert.equal(verified.code, 0, verified.stderr);
  assert.deepEqual(await sign("containers-storage:localhost/none"), {
    code: 125,
    stdout: "",
    stderr: "Error: localhost/none: image not known\n",
  });
});

describe("image trust", () => {
  const path = at("trust.json");
  const set = (...args: string[]) => host.tspod(["image", "trust", "set", "--policypath", path, ...args]);
  const show = (...args: string[]) => host.ok(["image", "trust", "show", "--policypath", path, ...args]);

  test("set, show, --json, --raw", async () => {
    assert.equal(
      (await set("--type", "reject", "docker.io")).stderr,
      "Error: default trust policy must be set\n",
    );
    assert.equal((await set("--type", "accept", "default")).code, 0);
    assert.equal((await set("--type", "reject", "docker.io")).code, 0);
    assert.equal((await set("--pubkeysfile", key.publicKey, "quay.io/team")).code, 0);
    assert.deepEqual(
      (await show()).split("\n").map((line) => line.trim().split(/\s+/)),
      [
        ["TRANSPORT", "NAME", "TYPE", "ID", "STORE"],
        ["all", "default", "accept", `file://${store}`],
        ["repository", "docker.io", "reject"],
        ["repository", "quay.io/team", "signed", "signer@example.com"],
      ],
    );
    const [first] = JSON.parse(await show("--json"));
    assert.deepEqual(first, {
      transport: "all",
      name: "* (default)",
      repo_name: "default",
      sigstore: `file://${store}`,
      type: "accept",
    });
    assert.equal(`${await show("--raw")}\n`, readFileSync(path, "utf8"));
  });

  test("without a path it is the user's own policy", async () => {
    const own = join(host.configDirectory, "containers/policy.json");
    const before = readFileSync(own, "utf8");
    await host.ok(["image", "trust", "set", "--type", "reject", "example.com"]);
    const { transports, ...rest } = JSON.parse(readFileSync(own, "utf8"));
    assert.deepEqual(transports.docker["example.com"], [{ type: "reject" }]);
    delete transports.docker["example.com"];
    assert.deepEqual({ ...rest, transports }, JSON.parse(before));
    writeFileSync(own, before);
  });

  test("what is wrong changes nothing", async () => {
    const before = readFileSync(path, "utf8");
    for (const [args, message] of [
      [["--type", "bogus", "default"], /^Error: invalid choice: bogus \(choose from/],
      [["docker.io"], /^Error: at least one public key must be defined for type 'signedBy'\n$/],
      [["--type", "accept", "-f", key.publicKey, "docker.io"], /^Error: 1 public keys unexpectedly provided/],
      [["--type", "accept", "no name"], /^Error: invalid image uri: no name\n$/],
    ] as const) {
      const { code, stderr } = await set(...args);
      assert.equal(code, 125);
      assert.match(stderr, message);
    }
    assert.equal(readFileSync(path, "utf8"), before);
  });
});

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

/** Flags of run and create that Podman has since 4.3, each compared with what podman 5.8.6 prints. */
const world = await makeWorld({
  images: { busybox: {}, named: { layers: [[{ path: "etc/hosts", content: "8.8.8.8 image\n" }]] } },
});
after(() => world.close());
const { host } = world;
const run = (flags: readonly string[], ...command: readonly string[]) =>
  host.tspod(["run", "--rm", "--network", "none", ...flags, IMAGE, ...command]);
const refused = (message: string, code = 125) => ({ code, stdout: "", stderr: `Error: ${message}\n` });

describe("--hosts-file", () => {
  const file = join(host.directory, "base-hosts");
  writeFileSync(file, "9.9.9.9 base\n");

  test("a file's entries stand after those of --add-host, before the container's own", async () => {
    const { code, stdout } = await run(
      ["--hosts-file", "base-hosts", "--add-host", "a:1.1.1.1", "--name", "c"],
      "cat",
      "/etc/hosts",
    );
    assert.equal(code, 0);
    assert.match(stdout, /^1\.1\.1\.1\ta\n9\.9\.9\.9[ \t]base\n/);
    assert.match(stdout, /\n127\.0\.0\.1[ \t].*\bc\n$/);
  });
  test("none: the container's own alone", async () => {
    const { stdout } = await run(["--hosts-file", "none"], "cat", "/etc/hosts");
    assert.doesNotMatch(stdout, /base/);
    assert.match(stdout, /127\.0\.0\.1[ \t]+localhost/);
  });
  test("not with --no-hosts, and a file that is not there is one line", async () => {
    assert.deepEqual(
      await run(["--no-hosts", "--hosts-file", file], "true"),
      refused("--no-hosts and --hosts-file cannot be set together"),
    );
    const missing = await run(["--hosts-file", "/nosuch/hosts"], "true");
    assert.match(missing.stderr, /^Error: [^\n]*\/nosuch\/hosts[^\n]*no such file or directory[^\n]*\n$/);
    assert.ok(missing.code >= 125);
  });
  test("inspect shows it", async () => {
    await host.ok(["create", "--name", "shown", "--hosts-file", file, "--no-hostname", IMAGE]);
    const format = "{{.HostConfig.HostsFile}} {{.UseImageHostname}} {{.UseImageHosts}}";
    assert.equal(await host.ok(["inspect", "--format", format, "shown"]), `${file} true false`);
  });
});

test("--no-hostname leaves the image's /etc/hostname as it is", async () => {
  const { code, stderr } = await run(["--no-hostname"], "cat", "/etc/hostname");
  assert.equal(code, 1);
  assert.match(stderr, /can't open '\/etc\/hostname'/);
});

test("--group-entry: the line for a group that the image lacks", async () => {
  const lines = async (user: string, entry: string) =>
    (await run(["--user", user, "--group-entry", entry], "cat", "/etc/group")).stdout;
  assert.match(await lines("77:78", "mine:x:$GID:"), /\nmine:x:78:\n$/);
  assert.doesNotMatch(await lines("0", "mine:x:$GID:"), /mine/);
});

test("--shm-size-systemd: the size of /run where systemd runs", async () => {
  const { stdout } = await run(["--systemd", "always", "--shm-size-systemd", "10m"], "df", "/run");
  assert.match(stdout, /\btmpfs +10240 /);
  assert.equal((await run(["--shm-size-systemd", "10m"], "true")).code, 0);
  assert.deepEqual(
    await run(["--shm-size-systemd", "x"], "true"),
    refused(`unable to translate --shm-size-systemd: invalid size: 'x'`),
  );
});

describe("flags for the pull", () => {
  test("--creds, --cert-dir and --retry are taken where nothing is pulled", async () =>
    assert.equal(
      (await run(["--creds", "u:p", "--cert-dir", host.directory, "--retry", "1"], "true")).code,
      0,
    ));
  test("--retry: as often as it says", async () => {
    const begun = Date.now();
    const result = await host.tspod([
      ...["run", "--rm", "--pull", "always", "--retry", "1", "--retry-delay", "1s"],
      ...["127.0.0.1:1/x", "true"],
    ]);
    assert.equal(result.code, 125);
    assert.match(result.stderr, /connection refused/);
    assert.ok(Date.now() - begun >= 1000);
  });
  test("values that are none", async () => {
    const retry = await run(["--retry", "x"], "true");
    assert.equal(retry.code, 125);
    assert.match(retry.stderr, /^Error: invalid argument "x" for "--retry" flag: strconv\.ParseUint/);
    assert.equal((await run(["--creds", ":p"], "true")).code, 125);
  });
});

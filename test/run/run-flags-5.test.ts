import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
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

test("--oom-score-adj below the caller's own: that one, and a warning at each start", async () => {
  const own = Number(readFileSync("/proc/self/oom_score_adj", "utf8"));
  const warning = `WARN[0000] Requested oom_score_adj=${own - 1} is lower than the current one, changing to ${own}\n`;
  const command = ["cat", "/proc/self/oom_score_adj"];
  assert.deepEqual(await run([`--oom-score-adj=${own - 1}`], ...command), {
    code: 0,
    stdout: `${own}\n`,
    stderr: warning,
  });
  assert.deepEqual(
    await host
      .tspod(["create", "--name", "low", `--oom-score-adj=${own - 1}`, IMAGE, ...command])
      .then(({ code, stderr }) => [code, stderr]),
    [0, ""],
  );
  assert.deepEqual(await host.tspod(["start", "-a", "low"]), {
    code: 0,
    stdout: `${own}\n`,
    stderr: warning,
  });
  await host.ok(["rm", "low"]);
  assert.equal((await run([`--oom-score-adj=${own}`], "true")).stderr, "");
});

describe("--device-cgroup-rule is refused, and a wrong rule first", () => {
  for (const [rule, message] of [
    ["b 7:* rmw", "device cgroup rules are not supported in rootless mode or in a user namespace"],
    ["a 7 r", "device cgroup rules are not supported in rootless mode or in a user namespace"],
    ["b 7:2", 'invalid device cgroup rule requires type, major:Minor, and access rules: "b 7:2"'],
    ["x 7:* rmw", "invalid device type in device-access-add: x"],
    ["a a:* rmw", 'strconv.ParseUint: parsing "a": invalid syntax'],
    ["b 7:* rmX", "invalid device access in device-access-add: X"],
  ] as const)
    test(rule, async () => {
      assert.deepEqual(await run([`--device-cgroup-rule=${rule}`], "true"), refused(message));
      const created = await host.tspod(["create", `--device-cgroup-rule=${rule}`, IMAGE, "true"]);
      assert.deepEqual(created, refused(message));
    });
  test("none", async () => {
    assert.equal((await run(["--device-cgroup-rule="], "true")).code, 0);
  });
});

describe("--tz and --volumes-from: what is wrong, in Podman's words", () => {
  const zone = "running container create option: finding timezone:";
  for (const [flag, value, message] of [
    ["--tz", "Nowhere/None", `${zone} unknown time zone Nowhere/None`],
    ["--tz", "America", `${zone} is a directory`],
    ["--tz", "../../../etc/hostname", `${zone} time: invalid location name`],
    ["--tz", "/etc/localtime", `${zone} time: invalid location name`],
    ["--volumes-from", "other:ro,rw", "cannot set ro or rw options more than once"],
    ["--volumes-from", "other:z,z,ro", "cannot set :z more than once in mount options"],
  ] as const)
    test(`${flag} ${value}`, async () =>
      assert.deepEqual(await run([flag, value], "true"), refused(message)));
});

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

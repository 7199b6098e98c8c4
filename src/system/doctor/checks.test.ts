import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fixesOf } from "./apply-fixes.ts";
import { checkControlGroups } from "./control-groups.ts";
import { checkDevices } from "./devices.ts";
import type { Answer, Check, FileSystemFacts, Finding, Patient } from "./finding.ts";
import { checkLimits } from "./limits.ts";
import { checkNamespaceMade, checkNamespaceSettings } from "./namespaces.ts";
import { checkPrograms } from "./programs.ts";
import { checkClock, checkSession } from "./session.ts";
import { checkStorePlace } from "./store-place.ts";
import { checkMapPrograms, checkSubordinateIds } from "./subordinate-ids.ts";

/** What stands in files below the root; `null` is a directory. */
type Files = Readonly<Record<string, string | null>>;

async function findings(
  check: Check,
  files: Files,
  more: Partial<Patient> = {},
): Promise<ReadonlyMap<string, Finding>> {
  const root = mkdtempSync(join(tmpdir(), "tspod-doctor-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(text === null ? join(root, path) : dirname(join(root, path)), { recursive: true });
      if (text !== null) writeFileSync(join(root, path), text);
    }
    const patient: Patient = {
      root,
      env: {},
      uid: 1000,
      user: "u",
      store: root,
      run: silent,
      statfs: statfsSync,
      ...more,
    };
    const found = [await check(patient)].flat();
    return new Map(found.map((finding) => [finding.name, finding]));
  } finally {
    rmSync(root, { recursive: true });
  }
}

const silent = async (): Promise<Answer> => ({ code: 0, stdout: "", stderr: "" });
const states = (found: ReadonlyMap<string, Finding>): Record<string, string> =>
  Object.fromEntries([...found].map(([name, { state }]) => [name, state]));

describe("subordinate ids", () => {
  const check = async (text: string) =>
    (await findings(checkSubordinateIds, { "/etc/subuid": text, "/etc/subgid": "u:1:65536" })).get(
      "subordinate user ids",
    );
  test("by name, and by number", async () => {
    assert.equal((await check("u:100000:65536\n"))?.state, "ok");
    assert.equal((await check("1000:100000:65536\n"))?.state, "ok");
  });
  test("none, or somebody else's: the fix takes the next free ones", async () => {
    const finding = await check("other:100000:65536\nmore:165536:10\n");
    assert.equal(finding?.state, "failed");
    assert.equal(finding?.found, "/etc/subuid has no line for u or 1000");
    assert.equal(finding?.fixes[0]?.command, "sudo usermod --add-subuids 165546-231081 u");
  });
  test("few", async () => assert.equal((await check("u:100000:1000\n"))?.state, "warning"));
  test("shared with another user", async () =>
    assert.match((await check("u:100000:65536\nv:165535:9\n"))?.found ?? "", /v has some of the same/));
  test("a file that is missing", async () => {
    const found = await findings(checkSubordinateIds, {});
    assert.deepEqual(Object.values(states(found)), ["failed", "failed"]);
  });
});

describe("the kernel's settings", () => {
  const sysctl = (name: string, value: string): Files => ({ [`/proc/sys/${name}`]: `${value}\n` });
  const limit = sysctl("user/max_user_namespaces", "60000");
  test("as most distributions have them", async () =>
    assert.deepEqual(states(await findings(checkNamespaceSettings, limit)), { "user namespaces": "ok" }));
  test("a kernel without user namespaces", async () =>
    assert.deepEqual(states(await findings(checkNamespaceSettings, {})), { "user namespaces": "failed" }));
  test("switched off by the limit", async () => {
    const found = await findings(checkNamespaceSettings, sysctl("user/max_user_namespaces", "0"));
    assert.deepEqual(fixesOf([...found.values()], "root"), [
      "sudo sysctl -w user.max_user_namespaces=28633",
      "sudo sh -c 'echo user.max_user_namespaces=28633 >/etc/sysctl.d/60-user-max-user-namespaces.conf'",
    ]);
  });
  test("switched off by Debian's switch", async () => {
    const files = { ...limit, ...sysctl("kernel/unprivileged_userns_clone", "0") };
    const found = await findings(checkNamespaceSettings, files);
    assert.equal(found.get("user namespaces without rights")?.state, "failed");
  });
  test("AppArmor, without and with a profile", async () => {
    const files = { ...limit, ...sysctl("kernel/apparmor_restrict_unprivileged_userns", "1") };
    const without = (await findings(checkNamespaceSettings, files)).get("AppArmor");
    assert.equal(without?.state, "failed");
    assert.match(without?.fixes[0]?.command ?? "", /flags=\(unconfined\)/);
    const profile = { "/etc/apparmor.d/tspod": "profile tspod /usr/bin/tspod { userns, }" };
    const found = await findings(checkNamespaceSettings, { ...files, ...profile });
    assert.equal(found.get("AppArmor")?.state, "ok");
  });
  test("a namespace that can't be made says what the launcher says", async () => {
    const run = async (): Promise<Answer> => ({ code: 125, stdout: "", stderr: "Error: no way\n" });
    const finding = (await findings(checkNamespaceMade, {}, { run })).get("the namespace itself");
    assert.deepEqual([finding?.state, finding?.found], ["failed", "no way"]);
  });
});

describe("the session", () => {
  const systemd = { "/run/systemd/system": null };
  test("no runtime directory", async () => {
    const found = await findings(checkSession, {});
    assert.deepEqual(states(found), { "runtime directory": "warning" });
  });
  test("that of another user, as after su", async () => {
    const found = await findings(checkSession, { "/run/user/1000": null }, withRuntime(4711));
    assert.equal(found.get("runtime directory")?.state, "failed");
  });
  test("one that is closed to this user", async () => {
    const env = { XDG_RUNTIME_DIR: "/file/below" };
    const found = await findings(checkSession, { "/file": "" }, { env });
    assert.match(found.get("runtime directory")?.found ?? "", /does not exist, or is closed to this user$/);
  });
  test("no bus and no linger", async () => {
    const found = await findings(checkSession, systemd);
    assert.deepEqual(states(found), {
      "runtime directory": "warning",
      "user bus": "warning",
      linger: "warning",
    });
    assert.deepEqual(fixesOf([...found.values()], "user"), [
      "systemctl --user start dbus.socket",
      "loginctl enable-linger u",
    ]);
  });
  test("all there", async () => {
    const files = { ...systemd, "/run/user/1000/bus": "", "/var/lib/systemd/linger/u": "" };
    const found = await findings(checkSession, files, withRuntime(process.getuid?.() ?? 0));
    assert.deepEqual(states(found), { "runtime directory": "ok", "user bus": "ok", linger: "ok" });
  });
  const withRuntime = (uid: number) => ({ uid, env: { XDG_RUNTIME_DIR: "/run/user/1000" } });
});

describe("limits and devices", () => {
  test("few, and enough", async () => {
    const files = {
      "/proc/sys/fs/inotify/max_user_instances": "4\n",
      "/proc/sys/kernel/keys/maxkeys": "200\n",
      "/proc/sys/net/ipv4/ping_group_range": "1\t0\n",
      "/proc/self/limits": "Max open files            256                  512                  files\n",
    };
    assert.deepEqual(states(await findings(checkLimits, files)), {
      "fs.inotify.max_user_instances": "warning",
      "kernel.keys.maxkeys": "ok",
      "limit of open files": "warning",
      ping: "warning",
    });
  });
  test("a device that is missing, and one that is there", async () => {
    const found = await findings(checkDevices, { "/dev/fuse": "" });
    assert.deepEqual(states(found), { "/dev/net/tun": "warning", "/dev/fuse": "ok" });
    assert.deepEqual(fixesOf([...found.values()], "root"), ["sudo modprobe tun"]);
  });
  test("programs: all that are there, with their versions", async () => {
    const run = async (file: string): Promise<Answer> => ({
      code: 0,
      stdout: file.endsWith("crun") ? "crun version 1.8.1\nbuilt 3.0\n" : "runc version 1.1.5+ds1\n",
      stderr: "",
    });
    await withPrograms({ crun: 0o755, runc: 0o755 }, async (PATH) => {
      const found = await findings(checkPrograms, {}, { run, env: { PATH } });
      assert.equal(found.get("OCI runtime")?.found, `${PATH}/crun 1.8.1, ${PATH}/runc 1.1.5`);
    });
  });
});

/** A directory with programs of these modes, for PATH. */
async function withPrograms(
  programs: Readonly<Record<string, number>>,
  act: (path: string) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "tspod-doctor-"));
  try {
    for (const [name, mode] of Object.entries(programs)) {
      writeFileSync(join(directory, name), "");
      chmodSync(join(directory, name), mode);
    }
    await act(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("newuidmap and newgidmap that have lost their rights", async () => {
  await withPrograms({ newuidmap: 0o755, newgidmap: 0o755 }, async (PATH) => {
    const found = await findings(checkMapPrograms, {}, { env: { PATH } });
    assert.deepEqual(states(found), { newuidmap: "failed", newgidmap: "failed" });
    assert.match(found.get("newuidmap")?.found ?? "", /has lost its rights/);
    const fixes = ["newuidmap", "newgidmap"].map((name) => `sudo chmod u+s ${PATH}/${name}`);
    assert.deepEqual(fixesOf([...found.values()], "root"), fixes);
  });
});

describe("the store's place", () => {
  const [NFS, EXT4] = [0x6969, 0xef53]; // statfs(2)
  const roomy = { type: EXT4, bsize: 4096, bavail: 10_000_000, files: 1000, ffree: 900 };
  const check = (facts: Partial<FileSystemFacts>) =>
    findings(checkStorePlace, {}, { statfs: () => ({ ...roomy, ...facts }) });

  test("a home on NFS", async () => {
    const found = (await check({ type: NFS })).get("the store's file system");
    assert.equal(found?.state, "failed");
    assert.match(found?.found ?? "", / is on nfs$/);
    assert.match(found?.fixes[0]?.command ?? "", /^keep the store on a local disk: --root DIRECTORY/);
  });
  test("a local disk", async () => {
    const found = await check({});
    assert.equal(found.get("the store's file system")?.state, "ok");
    assert.equal(found.get("room for images")?.state, "ok");
  });
  test("a disk that is full, and one without inodes", async () => {
    assert.equal((await check({ bavail: 1000 })).get("room for images")?.state, "warning");
    const found = (await check({ ffree: 9 })).get("room for images");
    assert.deepEqual([found?.state, / but only 9 inodes$/.test(found?.found ?? "")], ["warning", true]);
  });
  test("an overlay that can't be mounted", async () => {
    const run = async (): Promise<Answer> => ({ code: 32, stdout: "", stderr: "" });
    await withPrograms({ "fuse-overlayfs": 0o755 }, async (PATH) => {
      const fuse = (await findings(checkStorePlace, {}, { run, env: { PATH } })).get("overlay");
      assert.deepEqual([fuse?.state, fuse?.found.includes("fuse-overlayfs is installed")], ["ok", true]);
    });
  });
});

test("control groups that can't be had", async () => {
  const found = (await findings(checkControlGroups, {})).get("control groups");
  assert.equal(found?.state, "warning");
});

test("a clock that is behind", async (context) => {
  assert.equal((await findings(checkClock, {})).get("clock")?.state, "ok");
  context.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2001, 0, 1) });
  const found = (await findings(checkClock, {})).get("clock");
  assert.deepEqual(
    [found?.state, found?.found],
    ["warning", "it says 2001-01-01, before tspod was installed"],
  );
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fixesOf } from "./apply-fixes.ts";
import { checkDevices } from "./devices.ts";
import type { Answer, Check, Finding, Patient } from "./finding.ts";
import { checkLimits } from "./limits.ts";
import { checkNamespaceMade, checkNamespaceSettings } from "./namespaces.ts";
import { checkPrograms } from "./programs.ts";
import { checkSession } from "./session.ts";
import { checkSubordinateIds } from "./subordinate-ids.ts";

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
    const patient: Patient = { root, env: {}, uid: 1000, user: "u", store: root, run: silent, ...more };
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
  test("programs: their versions", async () => {
    const run = async (): Promise<Answer> => ({
      code: 0,
      stdout: "crun version 1.8.1\nbuilt 3.0\n",
      stderr: "",
    });
    assert.match(
      (await findings(checkPrograms, {}, { run })).get("OCI runtime")?.found ?? "",
      /(crun|runc) 1\.8\.1$/,
    );
  });
});

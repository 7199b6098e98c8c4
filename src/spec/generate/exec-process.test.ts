import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleHost, exampleOptions } from "../../../test/fixtures/run-example.ts";
import { type ExecOptions, execProcess } from "./exec-process.ts";
import { containerProcess } from "./process.ts";

const facts = {
  passwdText: exampleHost.passwdText,
  groupText: exampleHost.groupText,
  process: containerProcess(exampleOptions, exampleHost),
  lastCapability: 40,
};
const EXEC: ExecOptions = { command: ["ls"], env: [], tty: false, privileged: false };
const exec = (options: Partial<ExecOptions>) => execProcess({ ...EXEC, ...options }, exampleOptions, facts);

test("an exec is like the first process", () => {
  const { args, ...rest } = exec({});
  assert.deepEqual(args, ["ls"]);
  assert.deepEqual({ ...rest, args: ["sh"] }, facts.process);
});

test("its variables go before the container's", () => {
  assert.deepEqual(exec({ env: ["TERM=vt", "A=1"] }).env, [
    "PATH=/bin",
    "TERM=vt",
    "container=podman",
    "HOME=/root",
    "HOSTNAME=b6c35cc6dc3a",
    "A=1",
  ]);
});

test("another user has its own groups, home and capabilities", () => {
  const { user, env, capabilities } = exec({ user: "bob" });
  assert.deepEqual(user, { uid: 1000, gid: 1000, umask: 0o22, additionalGids: [1000, 1, 10] });
  assert.ok(env.includes("HOME=/home/bob"));
  assert.deepEqual(capabilities?.effective, []);
});

test("--group-add holds for another user, too", () => {
  const process = { ...exampleOptions.process, groups: ["tty", "77", "keep-groups"] };
  const added = (user: string) =>
    execProcess({ ...EXEC, user }, { ...exampleOptions, process }, facts).user.additionalGids;
  assert.deepEqual(added("bob"), [1000, 5, 77, 1, 10]);
  assert.deepEqual(added("root:root"), [0, 5, 77]);
});

test("a HOME that the image or --env has set stays", () => {
  const process = { ...exampleOptions.process, env: [...exampleOptions.process.env, "HOME=/srv/app"] };
  const options = { ...exampleOptions, process };
  const first = containerProcess(options, exampleHost);
  const { env } = execProcess({ ...EXEC, user: "bob" }, options, { ...facts, process: first });
  assert.ok(env.includes("HOME=/srv/app"));
});

test("--privileged widens the bounding set, and of it root has everything", () => {
  const root = exec({ privileged: true }).capabilities;
  assert.deepEqual([root?.bounding.length, root?.effective.length, root?.ambient], [41, 41, []]);
  const other = exec({ privileged: true, user: "bob" }).capabilities;
  assert.deepEqual([other?.bounding.length, other?.effective, other?.permitted], [41, [], []]);
});

test("the container's own user has what --cap-add gave it, another user has not", () => {
  const options = {
    ...exampleOptions,
    process: { ...exampleOptions.process, user: "bob" },
    security: { ...exampleOptions.security, capAdd: ["CAP_NET_ADMIN"] },
  };
  const bobs = { ...facts, process: containerProcess(options, exampleHost) };
  const capabilities = (asked: Partial<ExecOptions>) =>
    execProcess({ ...EXEC, ...asked }, options, bobs).capabilities;
  for (const asked of [{}, { privileged: true }, { user: "bob" }]) {
    const { effective, inheritable, ambient } = capabilities(asked) ?? {};
    assert.deepEqual([effective, inheritable, ambient], Array(3).fill(["CAP_NET_ADMIN"]));
  }
  assert.deepEqual(capabilities({ user: "1" })?.ambient, []);
});

test("--privileged does not lift no-new-privileges", () => {
  const process = { ...facts.process, noNewPrivileges: true };
  const asked = { ...EXEC, privileged: true };
  assert.equal(execProcess(asked, exampleOptions, { ...facts, process }).noNewPrivileges, true);
});

test("limits that JSON has rounded are left out", () => {
  const rlimits = [{ type: "RLIMIT_CORE", soft: 0, hard: 18446744073709552000 }];
  const process = { ...facts.process, rlimits };
  assert.deepEqual(execProcess(EXEC, exampleOptions, { ...facts, process }).rlimits, []);
});

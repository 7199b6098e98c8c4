import assert from "node:assert/strict";
import { after, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: { busybox: {} } });
after(() => world.close());
const { host } = world;
const runsc = (...args: string[]) => host.tspod(["--runtime", "runsc", ...args]);

test("gVisor's runsc: output and exit code are the command's", async () => {
  const result = await runsc(
    "run",
    "--rm",
    "--network",
    "none",
    IMAGE,
    "sh",
    "-c",
    "echo out; echo err >&2; exit 7",
  );
  assert.deepEqual(result, { code: 7, stdout: "out\n", stderr: "err\n" });
});

test("gVisor's runsc: the kernel that answers is its own", async () => {
  const { stdout } = await runsc("run", "--rm", "--network", "none", IMAGE, "dmesg");
  assert.match(stdout, /Starting gVisor/);
});

test("gVisor's runsc: a command that is not there is 127, and says so", async () => {
  const { code, stdout, stderr } = await runsc("run", "--rm", "--network", "none", IMAGE, "nosuch");
  assert.equal(code, 127);
  assert.equal(stdout, "");
  assert.match(
    stderr,
    /^Error: runsc: .*"nosuch" in PATH .*: OCI runtime attempted to invoke a command that was not found\n$/,
  );
});

test("gVisor's runsc: exec goes on with the container's own runtime", async () => {
  await runsc("run", "-d", "--name", "guest", "--network", "none", IMAGE, "sleep", "1000");
  assert.deepEqual(await host.tspod(["exec", "guest", "id", "-u"]), { code: 0, stdout: "0\n", stderr: "" });
  assert.equal(await host.ok(["inspect", "--format", "{{.OCIRuntime}}", "guest"]), "runsc");
  assert.equal(await host.ok(["rm", "-f", "-t", "0", "guest"]), "guest");
});

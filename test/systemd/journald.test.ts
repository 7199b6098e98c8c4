import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { makeSystemdWorld } from "../support/systemd.ts";
import { IMAGE } from "../support/world.ts";

const world = await makeSystemdWorld();
after(() => world.close());
const { host, ask } = world;

const JOURNAL = ["--log-driver", "journald"];
const run = (name: string, script: string, ...flags: string[]) =>
  host.tspod(["run", "--name", name, ...JOURNAL, ...flags, IMAGE, "sh", "-c", script]);

interface Entry {
  readonly [field: string]: string | number[];
}

/** What the journal has of a container, read by its own program; journald takes a moment. */
async function entriesOf(name: string, count: number): Promise<Entry[]> {
  let entries: Entry[] = [];
  await until(async () => {
    const text = await ask("journalctl", ["--quiet", "--all", "--output=json", `CONTAINER_NAME=${name}`]);
    entries = text === "" ? [] : text.split("\n").map((line) => JSON.parse(line) as Entry);
    return entries.length >= count;
  }, `${count} entries`);
  assert.equal(entries.length, count);
  return entries;
}

/** logs, once it has as many lines as are expected. */
async function logs(expected: { stdout: string; stderr?: string }, ...args: string[]): Promise<void> {
  const whole = { code: 0, stderr: "", ...expected };
  let result = { code: -1, stdout: "", stderr: "" };
  await until(
    async () => {
      result = await host.tspod(["logs", ...args]);
      return result.stdout.length + result.stderr.length >= whole.stdout.length + whole.stderr.length;
    },
    `logs ${args.join(" ")}`,
  );
  assert.deepEqual(result, whole);
}

test("each line is an entry of the user's journal, with conmon's fields", async () => {
  const { stdout } = await run("fields", "echo out; echo err >&2");
  assert.equal(stdout, "out\n");
  const id = await host.ok(["inspect", "-f", "{{.Id}}", "fields"]);
  const entries = await entriesOf("fields", 2);
  const common = {
    CONTAINER_ID: id.slice(0, 12),
    CONTAINER_ID_FULL: id,
    CONTAINER_NAME: "fields",
    IMAGE_NAME: IMAGE,
    SYSLOG_IDENTIFIER: "fields",
    _UID: String(process.getuid?.()),
  };
  const picked = (entry: Entry) =>
    Object.fromEntries([...Object.keys(common), "PRIORITY", "MESSAGE"].map((key) => [key, entry[key]]));
  assert.deepEqual(
    entries.map(picked).sort((a, b) => String(b.MESSAGE).localeCompare(String(a.MESSAGE))),
    [
      { ...common, PRIORITY: "6", MESSAGE: "out" },
      { ...common, PRIORITY: "3", MESSAGE: "err" },
    ],
  );
  assert.equal(
    await host.ok([
      "inspect",
      "-f",
      "{{.HostConfig.LogConfig.Type}}:{{.HostConfig.LogConfig.Path}}",
      "fields",
    ]),
    "journald:",
  );
});

test("--log-opt tag: its template is filled in, and it is the syslog identifier", async () => {
  await run("tagged", "echo x", "--log-opt", "tag=t-{{.Name}}");
  const [entry] = await entriesOf("tagged", 1);
  assert.deepEqual([entry?.CONTAINER_TAG, entry?.SYSLOG_IDENTIFIER], ["t-tagged", "t-tagged"]);
});

test("a long line comes in pieces, a last one without a newline is partial, bytes stay what they are", async () => {
  await run(
    "pieces",
    String.raw`head -c 40000 /dev/zero | tr '\0' x; echo; printf '\377\t'; echo; printf end`,
  );
  const entries = await entriesOf("pieces", 5);
  assert.deepEqual(
    entries.map(({ MESSAGE, CONTAINER_PARTIAL_MESSAGE }) => [MESSAGE?.length, CONTAINER_PARTIAL_MESSAGE]),
    [
      [16384, "true"],
      [16384, "true"],
      [7232, undefined],
      [2, undefined],
      [3, "true"],
    ],
  );
  const printed = await host.tspod(["logs", "pieces"]);
  assert.equal(printed.stdout, `${"x".repeat(40_000)}\n�\t\nend`);
});

describe("logs", () => {
  test("stdout and stderr, --tail, -t, over two runs", async () => {
    await run("both", "echo a; sleep 0.1; echo b >&2; sleep 0.1; echo c");
    await host.ok(["start", "-a", "both"]);
    await logs({ stdout: "a\nc\na\nc\n", stderr: "b\nb\n" }, "both");
    await logs({ stdout: "c\n", stderr: "b\n" }, "--tail", "2", "both");
    const { stdout } = await host.tspod(["logs", "-t", "--tail", "1", "both"]);
    assert.match(stdout, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}000[+-]\d\d:\d\d c\n$/);
  });

  test("--since, --until", async () => {
    const before = new Date(Date.now() - 1000).toISOString();
    await run("times", "echo first; sleep 1.1; echo second");
    const middle = new Date(Date.now() - 600).toISOString();
    await logs({ stdout: "first\nsecond\n" }, "--since", before, "times");
    await logs({ stdout: "second\n" }, "--since", middle, "times");
    await logs({ stdout: "first\n" }, "--until", middle, "times");
    await logs({ stdout: "" }, "--until", before, "times");
  });

  test("-f goes on until the container ends, and misses nothing", async () => {
    const script = "echo begin; sleep 0.7; i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done";
    await host.ok(["run", "-d", "--name", "follow", ...JOURNAL, IMAGE, "sh", "-c", script]);
    const lines = Array.from({ length: 500 }, (_, index) => `line ${index}\n`).join("");
    assert.deepEqual(await host.tspod(["logs", "-f", "follow"]), {
      code: 0,
      stdout: `begin\n${lines}`,
      stderr: "",
    });
    // of one that has ended
    assert.deepEqual(await host.tspod(["logs", "-f", "--tail", "1", "follow"]), {
      code: 0,
      stdout: "line 499\n",
      stderr: "",
    });
  });

  test("-f of a container that has not said anything yet", async () => {
    await host.ok(["run", "-d", "--name", "quiet", ...JOURNAL, IMAGE, "sh", "-c", "sleep 1; echo late"]);
    assert.deepEqual(await host.tspod(["logs", "-f", "quiet"]), { code: 0, stdout: "late\n", stderr: "" });
  });
});

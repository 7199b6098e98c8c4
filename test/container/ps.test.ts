import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { onTerminal } from "../support/terminal.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

test("an empty list still has its header", async () => {
  assert.equal(
    await host.ok(["ps"]),
    "CONTAINER ID  IMAGE       COMMAND     CREATED     STATUS      PORTS       NAMES",
  );
  assert.equal(await host.ok(["ps", "-q"]), "");
});

test("one line for each container, oldest first", async () => {
  await host.ok(["create", "--name", "first", IMAGE, "sh", "-c", "a command longer than the column"]);
  const id = await host.ok(["run", "-d", "--name", "second", "--label", "tier=web", IMAGE, "sleep", "1000"]);
  await host.tspod(["run", "--name", "third", IMAGE, "sh", "-c", "exit 3"]);
  const lines = (await host.ok(["ps", "-a"])).split("\n").map((line) => line.split(/\s{2,}/));
  assert.deepEqual(lines[0], ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"]);
  assert.deepEqual(
    lines.slice(1).map((cells) => cells.at(-1)),
    ["first", "second", "third"],
  );
  assert.equal(lines[2]?.[0], id.slice(0, 12));
  assert.equal(lines[2]?.[1], IMAGE);
  assert.equal(lines[1]?.[2], "sh -c a command l...");
  assert.match(lines[1]?.[4] ?? "", /^Created$/);
  assert.match(lines[2]?.[4] ?? "", /^Up (?:Less than a second|\d+ seconds?)(?: ago)?$/);
  assert.match(lines[3]?.[4] ?? "", /^Exited \(3\) (?:Less than a second|\d+ seconds?) ago$/);
});

describe("choice", () => {
  for (const [name, flags, expected] of [
    ["running only, by default", [], "second"],
    ["-a", ["-a"], "first\nsecond\nthird"],
    ["-n 1", ["-n", "1"], "third"],
    ["--latest", ["--latest"], "third"],
    ["status=exited", ["-a", "-f", "status=exited"], "third"],
    ["status=created", ["-a", "--filter", "status=created"], "first"],
    ["name is a pattern", ["-a", "-f", "name=^f"], "first"],
    ["a name begins with a slash, as Docker shows it", ["-a", "-f", "name=^/first$"], "first"],
    ["name is unanchored", ["-a", "-f", "name=ir"], "first\nthird"],
    ["same key: or", ["-a", "-f", "status=created", "-f", "status=exited"], "first\nthird"],
    ["different keys: and", ["-a", "-f", "status=created", "-f", "name=third"], ""],
    ["label", ["-a", "-f", "label=tier=web"], "second"],
    ["exited", ["-a", "-f", "exited=3"], "third"],
    ["ancestor", ["-a", "-f", `ancestor=${IMAGE}`, "--sort", "names"], "first\nsecond\nthird"],
    ["ancestor: a part of the image's name", ["-a", "-f", "ancestor=localhost/bus"], "first\nsecond\nthird"],
    ["ancestor: its tag latest may be missing", ["-a", "-f", "ancestor=busybox$"], "first\nsecond\nthird"],
    ["ancestor: another image", ["-a", "-f", "ancestor=busybox:other"], ""],
    ["before", ["-a", "-f", "before=second"], "first"],
    ["before: older than all of them", ["-a", "-f", "before=third", "-f", "before=second"], "first"],
    ["since", ["-a", "-f", "since=second"], "third"],
  ] as const) {
    test(name, async () => assert.equal(await host.ok(["ps", ...flags, "--format", "{{.Names}}"]), expected));
  }
});

describe("--format", () => {
  for (const [format, expected] of [
    ["{{.Names}} {{.Image}}", `second ${IMAGE}`],
    ["{{.Command}}", "sleep 1000"],
    ['{{.Label "tier"}}', "web"],
    ["table {{.Names}}\t{{.Command}}", "NAMES       COMMAND\nsecond      sleep 1000"],
    ["{{.Labels}}", "map[tier:web]"],
    ["{{range .Mounts}}{{.}}{{end}}", ""],
    ["{{.Names | upper}}", "SECOND"],
  ] as const) {
    test(format, async () => assert.equal(await host.ok(["ps", "--format", format]), expected));
  }
});

test("--format json is one array, with Podman's keys", async () => {
  const [entry, ...others] = JSON.parse(await host.ok(["ps", "--format", "json"]));
  assert.deepEqual(others, []);
  assert.deepEqual(entry.Names, ["second"]);
  assert.deepEqual(entry.Command, ["sleep", "1000"]);
  assert.equal(entry.Image, IMAGE);
  assert.equal(entry.State, "running");
  assert.equal(typeof entry.Pid, "number");
  assert.equal(typeof entry.Created, "number");
  for (const key of [
    "Id",
    "ImageID",
    "Labels",
    "Mounts",
    "Networks",
    "Ports",
    "ExitCode",
    "Exited",
    "ExitedAt",
    "StartedAt",
    "IsInfra",
    "AutoRemove",
    "Namespaces",
    "Pod",
    "PodName",
    "Size",
    "Status",
    "CreatedAt",
  ]) {
    assert.ok(key in entry, `no ${key}`);
  }
});

for (const [name, args, message] of [
  ["a template that doesn't parse", ["ps", "--format", "{{.Names"], /^Error: /],
  ["a field that isn't there", ["ps", "--format", "{{.NoSuchField}}"], /^Error: .*NoSuchField/],
  ["an unknown filter", ["ps", "--filter", "nosuch=1"], /^Error: .*nosuch/],
  ["operands", ["ps", "operand"], /^Error: /],
] as const) {
  test(name, async () => {
    const result = await host.tspod(args);
    assert.equal(result.code, 125, result.stderr);
    assert.match(result.stderr, message);
  });
}

test("--filter id= takes hexadecimal digits for the beginning, and anything else for an expression", async () => {
  const id = await host.ok(["create", "--name", "by-id", IMAGE]);
  const found = (value: string) => host.ok(["ps", "-aq", "--no-trunc", "--filter", `id=${value}`]);
  for (const value of [
    id.slice(0, 13),
    id.slice(0, 13).toUpperCase(),
    `^${id.slice(0, 13)}`,
    `${id.slice(9, 30)}.*`,
  ])
    assert.equal(await found(value), id, value);
  assert.equal(await found(id.slice(9, 30)), "");
});

test("--filter network=container: those that share its network, by its name or its ID", async () => {
  const id = await host.ok(["ps", "-q", "--filter", "name=second"]);
  await host.ok(["create", "--name", "sharing", "--network", "container:second", IMAGE]);
  const found = (name: string) =>
    host.ok(["ps", "-a", "--filter", `network=container:${name}`, "--format", "{{.Names}}"]);
  for (const name of ["second", id]) assert.equal(await found(name), "sharing");
  for (const name of ["first", "nosuch"]) assert.equal(await found(name), "");
  await host.ok(["rm", "sharing"]);
});

test("--filter ancestor= takes any part of the image's ID, as Docker", async () => {
  const image = await host.ok(["inspect", "--format", "{{.Image}}", "first"]);
  for (const part of [image, image.slice(0, 12), image.slice(5, 17)])
    assert.equal(
      await host.ok(["ps", "-a", "--filter", `ancestor=${part}`, "--format", "{{.Names}}"]),
      "first\nsecond\nthird\nby-id",
    );
});

test("{{.Size}} needs --size, and is empty without", async () => {
  assert.deepEqual(await host.tspod(["ps", "--format", "{{.Names}} {{.Size}}"]), {
    code: 0,
    stdout: "second \n",
    stderr: "ERRO[0000] Size format requires --size option\n",
  });
  assert.match(await host.ok(["ps", "--size", "--format", "{{.Size}}"]), /^\d.*B \(virtual \d.*B\)$/);
});

test("--watch and --latest exclude each other", async () => {
  const { code, stdout, stderr } = await host.tspod(["ps", "--watch", "1", "--latest"]);
  assert.deepEqual([code, stdout], [125, ""]);
  assert.match(stderr, /^Error: the watch and latest flags cannot be used together\n/);
});

describe("on a terminal", () => {
  /** The last table that is shown, without what moves the cursor. */
  const table = (shown: string): string[] =>
    shown
      .slice(shown.lastIndexOf("CONTAINER ID"))
      .replaceAll(/\u001b\[[0-9]*[A-Z]/g, "")
      .trimEnd()
      .split("\r\n");

  for (const columns of [120, 80, 60]) {
    test(`of ${columns} columns no line is wrapped, and names stay whole`, async () => {
      const terminal = onTerminal(host, ["ps", "-a"], { columns });
      assert.equal(await terminal.ended, 0);
      const lines = table(terminal.shown());
      for (const line of lines) assert.ok(line.length <= columns, line);
      assert.deepEqual(
        lines.map((line) => line.split(/ {2,}/).at(-1)?.trim()),
        ["NAMES", "first", "second", "third", "by-id"],
      );
    });
  }

  test("letters that are two columns wide push nothing aside; a pipe has Podman's columns", async () => {
    await host.ok(["create", "--name", "wide", IMAGE, "echo", "日本語🚀"]);
    const places = (lines: readonly string[], width: (text: string) => number): number[] => {
      const [heading = ""] = lines.filter((line) => line.includes("CREATED"));
      const line = lines.find((each) => each.includes("日本語🚀")) ?? "";
      return [heading.indexOf("CREATED"), width(line.slice(0, line.search(/\S+( \S+)* ago/)))];
    };
    const terminal = onTerminal(host, ["ps", "-a"], { columns: 200 });
    assert.equal(await terminal.ended, 0);
    const [heading, cell] = places(
      table(terminal.shown()),
      (text) => [...text].length + [..."日本語🚀"].length,
    );
    assert.equal(cell, heading, "on the screen");
    const [piped, there] = places((await host.ok(["ps", "-a"])).split("\n"), (text) => [...text].length);
    assert.equal(there, piped, "by letters, as Go counts");
    await host.ok(["rm", "wide"]);
  });

  test("--no-trunc cuts nothing, and a pipe has Podman's columns", async () => {
    const terminal = onTerminal(host, ["ps", "-a", "--no-trunc"], { columns: 60 });
    assert.equal(await terminal.ended, 0);
    assert.match(terminal.shown(), /a command longer than the column/);
    assert.match(
      await host.ok(["ps", "-a"]),
      /^CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES$/m,
    );
  });

  test("--watch writes over what it has shown, and ends with ctrl-C", async () => {
    const terminal = onTerminal(host, ["ps", "--watch", "1"], { columns: 120 });
    await terminal.saw(/\u001b\[H\u001b\[2J.*NAMES\u001b\[K\r\n.* second\u001b\[K\r\n\u001b\[J/s);
    await terminal.saw(/\u001b\[HCONTAINER ID.* second\u001b\[K\r\n\u001b\[J/s);
    terminal.type("\u0003");
    assert.equal(await terminal.ended, 130);
    assert.equal(terminal.shown().split("\u001b[2J").length, 2);
  });
});

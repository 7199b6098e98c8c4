import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

async function fails(args: readonly string[], message: RegExp): Promise<void> {
  const result = await host.tspod(args);
  assert.deepEqual([result.code, result.stdout], [125, ""]); // nor is the screen cleared
  assert.match(result.stderr, message);
}

describe("top", () => {
  test("its processes with their users, inside and out", async () => {
    await host.ok([
      "run",
      "-d",
      "--name",
      "busy",
      "-u",
      "tester",
      IMAGE,
      "sh",
      "-c",
      "sleep 1000 & exec sleep 1001",
    ]);
    const [heading = "", first = "", second = "", ...more] = (await host.ok(["top", "busy"])).split("\n");
    assert.match(heading, /^USER +PID +PPID +%CPU +ELAPSED +TTY +TIME +COMMAND$/);
    assert.match(first, /^tester +1 +0 +\d+\.\d{3} +[\d.]+m?s +\? +[\d.]+m?s +sleep 1001 $/);
    assert.match(second, /^tester +2 +1 .* sleep 1000 $/);
    assert.deepEqual(more, []);
    const [, pair = ""] = (await host.ok(["top", "busy", "hpid,huser", "%p"])).split("\n");
    const [hostPid, hostUser = "", pid] = pair.split(/ +/);
    assert.equal(hostPid, await host.ok(["inspect", "--format", "{{.State.Pid}}", "busy"]));
    assert.ok(Number(hostUser) >= 1000, hostUser);
    assert.equal(pid, "1");
    assert.match(await host.ok(["top", "--latest", "user", "capeff", "seccomp"]), /\ntester +none +filter$/m);
  });

  test("other words are those of the container's ps", async () => {
    assert.match(await host.ok(["top", "busy", "-o", "pid,comm"]), /^PID +COMMAND\n +1 sleep$/m);
  });

  test("what does not run has no processes", async () => {
    await host.ok(["create", "--name", "idle", IMAGE, "true"]);
    await fails(["top", "idle"], /top can only be used on running containers/);
    await fails(
      ["top", "nosuch"],
      /unable to look up requested container: no container with name or ID "nosuch" found/,
    );
    await fails(["top", ""], /^Error: unable to look up requested container: name or ID cannot be empty\n$/);
    await fails(["top"], /you must provide the name or id of a running container/);
  });
});

describe("events", () => {
  test("what has happened to a container, in order, with its exit code", async () => {
    await host.ok(["run", "--name", "short", "--label", "a=b", "--rm", IMAGE, "true"]);
    const id = /container create ([0-9a-f]{64})/.exec(
      await host.ok(["events", "--stream=false", "--filter", "container=short", "--filter", "event=create"]),
    )?.[1];
    const seen = await host.ok([
      "events",
      "--stream=false",
      "--filter",
      `container=${id}`,
      "--format",
      "{{.Status}} {{.Name}} {{.ContainerExitCode}} {{.Attributes}}",
    ]);
    assert.deepEqual(
      seen.split("\n").map((line) => line.split(" ")[0]),
      ["create", "init", "start", "attach", "died", "cleanup", "remove"],
    );
    assert.match(seen, /^died short 0 map\[a:b\]$/m);
  });

  test("an exit code, as JSON with Podman's keys, and no removal of what stays", async () => {
    await host.tspod(["run", "--name", "seven", IMAGE, "sh", "-c", "exit 7"]);
    const lines = (
      await host.ok(["events", "--stream=false", "--format", "json", "--filter", "container=seven"])
    ).split("\n");
    const died = lines.map((line) => JSON.parse(line)).find(({ Status }) => Status === "died");
    assert.equal(died.ContainerExitCode, 7);
    assert.equal(died.Image, IMAGE);
    assert.ok(Math.abs(died.time - Date.now() / 1000) < 600);
    assert.ok(!lines.some((line) => line.includes('"remove"')));
  });

  test("a label that reads like one of the monitor's marks stays what it is", async () => {
    const label = "@TIME@ a@b @@ @EXIT@";
    await host.ok(["run", "--rm", "--name", "marked", "--label", `who=${label}`, IMAGE, "true"]);
    const lines = await host.ok([
      ...["events", "--stream=false", "--format", "json", "--filter", "container=marked"],
    ]);
    const events = lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { Status: string; Attributes: Record<string, string> });
    assert.ok(events.some(({ Status }) => Status === "died"));
    for (const { Status, Attributes } of events) assert.equal(Attributes.who, label, Status);
  });

  test("they come as they happen, until then", async () => {
    const following = host.start(["events", "--filter", "type=volume", "--until", "3s"]);
    await new Promise((done) => setTimeout(done, 1000));
    await host.ok(["volume", "create", "noted"]);
    await following.saw(/volume create noted/);
    const { code, stdout } = await following.ended;
    assert.equal(code, 0);
    assert.match(stdout, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.?\d* \+0000 UTC volume create noted\n$/);
  });

  test("volumes that a container makes and removes", async () => {
    const begin = new Date().toISOString();
    await host.ok(["run", "--rm", "-v", "named:/a", "-v", "/b", IMAGE, "true"]);
    await host.ok(["run", "--name", "with", "-v", "named:/a", "-v", "/c", IMAGE, "true"]);
    await host.ok(["rm", "-v", "with"]);
    const shown = await host.ok([
      ...["events", "--stream=false", "--since", begin, "--filter", "type=volume"],
      ...["--format", "{{.Status}} {{.Name}}"],
    ]);
    const lines = shown.split("\n").map((line) => line.replace(/[0-9a-f]{64}$/, "ID"));
    assert.deepEqual(lines, ["create named", "create ID", "remove ID", "create ID", "remove ID"]);
  });

  test("--since and --until bound what is shown", async () => {
    assert.equal(await host.ok(["events", "--since", "1h", "--until", "1000"]), "");
    assert.match(
      await host.ok(["events", "--since", "1h", "--until", "0s", "--filter", "event=die"]),
      / container died /,
    );
    assert.equal(await host.ok(["events", "--stream=false", "--since", "0s"]), "");
    await fails(["events", "--filter", "foo=bar"], /foo is an invalid filter/);
    await fails(["events", "--stream=false", "--format", "{{.Foo}}"], /can't evaluate field Foo/);
  });
});

describe("diff", () => {
  const script =
    "echo hi >/new; mkdir /d; echo a >/d/f; rm /etc/passwd; rm -r /var/data; mkdir /var/data; echo >>/etc/group; mkdir /etc/sub; touch /tmp/x; rm /tmp/x";
  const expected = [
    "A /d",
    "A /d/f",
    "C /etc",
    "C /etc/group",
    "D /etc/passwd",
    "A /etc/sub",
    "A /new",
    "C /tmp",
    "C /var",
    "C /var/data",
    "D /var/data/seed",
  ];

  test("what a container has added, changed and deleted", async () => {
    await host.ok(["run", "--name", "changed", IMAGE, "sh", "-c", script]);
    assert.deepEqual((await host.ok(["diff", "changed"])).split("\n"), expected);
    const { added, changed, deleted } = JSON.parse(await host.ok(["diff", "--format", "json", "--latest"]));
    assert.deepEqual(added, ["/d", "/d/f", "/etc/sub", "/new"]);
    assert.deepEqual(changed, ["/etc", "/etc/group", "/tmp", "/var", "/var/data"]);
    assert.deepEqual(deleted, ["/etc/passwd", "/var/data/seed"]);
  });

  test("nothing of a container that never ran; of an image, its topmost layer", async () => {
    assert.equal(await host.ok(["diff", "idle"]), "");
    assert.match(await host.ok(["diff", IMAGE]), /^A \/bin\nA \/bin\/\[/);
  });

  describe("of two", () => {
    // Each kind of change, and each way to hide what is below: a directory made anew, a file or a symlink in
    // its place.
    const one =
      "echo a >/a; rm -r /var/data; mkdir /var/data; echo 1 >/var/data/new; rm -r /root; echo f >/root; chmod 700 /tmp; mkdir /d; touch /d/x";
    const two =
      "echo b >/b; rm -r /home; ln -s /bin /home; mkdir /d; touch /d/y; touch /etc/group; chmod 600 /etc/group";
    const lines = async (...args: string[]): Promise<string[]> => (await host.ok(args)).split("\n");

    test("containers of one image", async () => {
      await host.ok(["run", "--name", "one", IMAGE, "sh", "-c", one]);
      await host.ok(["run", "--name", "two", IMAGE, "sh", "-c", two]);
      const now = [
        "A /a",
        "D /b",
        "C /d",
        "A /d/x",
        "D /d/y",
        "C /etc",
        "C /etc/group",
        "C /home",
        "A /home/tester",
        "C /root",
        "C /tmp",
        "C /var",
        "C /var/data",
        "A /var/data/new",
        "D /var/data/seed",
      ];
      assert.deepEqual(await lines("diff", "one", "two"), now);
      const opposite: Record<string, string> = { A: "D", C: "C", D: "A" };
      const back = now
        .filter((line) => line !== "A /home/tester")
        .map((line) => `${opposite[line.charAt(0)]}${line.slice(1)}`);
      assert.deepEqual(await lines("container", "diff", "two", "one"), back);
    });

    test("a container and its image, and an image that was made of it", async () => {
      // /etc is changed by what every container has there.
      const own = (await lines("diff", "one")).filter((line) => line !== "C /etc");
      assert.deepEqual(await lines("diff", "one", IMAGE), own);
      await host.ok(["commit", "-q", "one", "made"]);
      assert.equal(await host.ok(["diff", "made", "one"]), "");
      assert.deepEqual(await lines("image", "diff", "made", IMAGE), own);
      assert.match(await host.ok(["diff", IMAGE, "made"]), /^D \/a$/m);
      const { added } = JSON.parse(await host.ok(["diff", "--format", "json", "made", IMAGE]));
      assert.deepEqual(added, ["/a", "/d", "/d/x", "/var/data/new"]);
    });
  });

  for (const [args, message] of [
    [["diff"], /requires a name, id, or the "--latest" flag/],
    [["diff", "nosuch"], /nosuch not found: layer not known/],
    [["diff", "--format", "foo", "idle"], /only supported value for '--format' is 'json'/],
    [["diff", "idle", "idle", "idle"], /^Error: accepts between 1 and 2 arg\(s\), received 3\n/],
    [["diff", "idle", "nosuch"], /^Error: nosuch not found: layer not known\n$/],
    [["diff", "-l", "idle"], /^Error: --latest and containers cannot be used together\n/],
    [["image", "diff", "idle"], /^Error: idle not found: idle: image not known\n$/],
    [["container", "diff", IMAGE], new RegExp(`^Error: ${IMAGE} not found: container not known\n$`)],
  ] as const)
    test(`${args.join(" ")}: refused`, () => fails(args, message));
});

describe("stats", () => {
  test("one look at a running container", async () => {
    const [heading = "", row = "", ...more] = (await host.ok(["stats", "--no-stream", "busy"])).split("\n");
    assert.match(
      heading,
      /^ID +NAME +CPU % +MEM USAGE \/ LIMIT +MEM % +NET IO +BLOCK IO +PIDS +CPU TIME +AVG CPU %$/,
    );
    assert.match(
      row,
      /^[0-9a-f]{12} +busy +\d+\.\d\d% +[\d.]+[kM]?B \/ [\d.]+[MGT]B +\d+\.\d\d% +[\d.]+[kM]?B \/ [\d.]+[kM]?B +.* +2 +[\d.]+m?s +\d+\.\d\d%$/,
    );
    assert.deepEqual(more, []);
    const [json] = JSON.parse(await host.ok(["stats", "--no-stream", "--format", "json", "busy"]));
    assert.equal(json.pids, "2");
    assert.deepEqual(Object.keys(json).slice(0, 3), ["id", "name", "cpu_time"]);
    assert.equal(await host.ok(["stats", "--no-stream", "--format", "{{.Name}} {{.PIDS}}"]), "busy 2");
  });

  test("one that does not run uses nothing", async () => {
    assert.match(
      await host.ok(["stats", "--no-stream", "idle"]),
      /idle +0.00% +0B \/ 0B +0.00% +0B \/ 0B +0B \/ 0B +0 +0s +0.00%$/,
    );
    assert.match(await host.ok(["stats", "--no-stream", "--all"]), /idle/);
  });

  test("it goes on until it is interrupted", async () => {
    const following = host.start(["stats", "--no-reset", "--interval", "1", "busy"]);
    await following.saw(/busy[\s\S]*busy/);
    following.child.kill("SIGTERM");
    assert.equal((await following.ended).code, 143);
  });

  for (const [args, message] of [
    [
      ["stats", "nosuch"],
      /unable to get list of containers: unable to look up container nosuch: no container with name or ID "nosuch" found/,
    ],
    [
      ["stats", ""],
      /^Error: unable to get list of containers: unable to look up container : name or ID cannot be empty\n$/,
    ],
    [["stats", "--interval", "0"], /invalid interval, must be a positive number greater zero/],
    [["stats", "--all", "busy"], /--all, --latest and containers cannot be used together/],
  ] as const)
    test(`${args.join(" ")}: refused`, () => fails(args, message));
});

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, beforeEach, describe, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { makeHost } from "../support/host.ts";
import { requireProgram, runProgram } from "../support/program.ts";

/* Messages, JSON and exit codes are those of Podman 5.8.6 over the same files. */

const skopeo = requireProgram("skopeo", "skopeo");
const registries = dockerRegistries();
const host = makeHost();
const other = makeHost();
after(async () => {
  registries.close();
  await host.close();
  await other.close();
});
const registry = await registries.start();
const at = (file: string) => join(host.directory, file);
for (const [name, content] of [
  ["one.txt", "one\n"],
  ["two.json", "two2\n"],
  ["p.html", "<html><body>hi</body></html>"],
  ["big.bin", Buffer.alloc(3_000_000)],
] as const)
  writeFileSync(at(name), content);

const artifact = (...args: string[]) => host.ok(["artifact", ...args]);
const refused = async (args: readonly string[], message: RegExp | string) => {
  const result = await host.tspod(["artifact", ...args]);
  assert.deepEqual([result.code, result.stdout], [125, ""], result.stderr);
  if (typeof message === "string") assert.equal(result.stderr.split("\n")[0], `Error: ${message}`);
  else assert.match(result.stderr, message);
};
const blobs = () => readdirSync(join(host.dataDirectory, "tspod/artifacts/blobs/sha256"));
const ONE = "sha256:2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806";

beforeEach(() => artifact("rm", "--all"));

describe("artifact add", () => {
  test("a manifest as Podman makes it", async () => {
    const files = ["one.txt", "two.json", "p.html", "big.bin"];
    const type = ["--type", "application/x-my", "--annotation", "k=v", "--annotation", "b=c"];
    const digest = await artifact("add", ...type, "multi:1", ...files);
    assert.match(digest, /^[0-9a-f]{64}$/);
    const { Manifest, ...rest } = JSON.parse(await artifact("inspect", "multi:1"));
    assert.deepEqual(rest, { Name: "multi:1", Digest: `sha256:${digest}` });
    const { "org.opencontainers.image.created": created, ...annotations } = Manifest.annotations;
    assert.match(created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z$/);
    assert.deepEqual(annotations, { b: "c", k: "v" });
    assert.equal(Manifest.artifactType, "application/x-my");
    assert.deepEqual(Manifest.config, {
      mediaType: "application/vnd.oci.empty.v1+json",
      digest: "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
      size: 2,
      data: "e30=",
    });
    const types = [
      "text/plain; charset=utf-8",
      "text/plain; charset=utf-8",
      "text/html; charset=utf-8",
      "application/octet-stream",
    ];
    for (const [index, layer] of Manifest.layers.entries()) {
      assert.equal(layer.mediaType, types[index]);
      assert.deepEqual(layer.annotations, { b: "c", k: "v", "org.opencontainers.image.title": files[index] });
    }
    assert.deepEqual(
      [Manifest.layers[0].digest, Manifest.layers[0].size, Manifest.layers[3].size],
      [ONE, 4, 3_000_000],
    );
    assert.ok(
      (await artifact("inspect", "multi:1")).startsWith(
        '{\n     "Manifest": {\n          "schemaVersion": 2,',
      ),
    );
  });

  test("--append, --replace, --file-type, and a title by --annotation", async () => {
    const first = await artifact("add", "localhost/a:1", "one.txt");
    await refused(["add", "localhost/a:1", "one.txt"], "localhost/a:1: artifact already exists");
    await refused(
      ["add", "--append", "localhost/a:1", "one.txt"],
      "one.txt: file already exists in artifact",
    );
    await refused(["add", "--append", "nosuch:1", "one.txt"], "nosuch:1: artifact does not exist");
    const second = await artifact("add", "--append", "--file-type", "text/yaml", "localhost/a:1", "two.json");
    assert.notEqual(second, first);
    const types = "{{range .Manifest.Layers}}{{.MediaType}} {{end}}";
    assert.equal(
      await artifact("inspect", "-f", types, "localhost/a:1"),
      "text/plain; charset=utf-8 text/yaml ",
    );
    await artifact("add", "--replace", "localhost/a:1", "p.html");
    await artifact("add", "--replace", "neu:1", "p.html");
    assert.equal(
      await artifact("inspect", "-f", "{{len .Manifest.Layers}} {{.TotalSizeBytes}}", "localhost/a:1"),
      "1 28",
    );
    assert.equal(blobs().length, 4, "two manifests, a file, the config: what was replaced is gone");
    await artifact("add", "--annotation", "org.opencontainers.image.title=foo", "an:1", "one.txt");
    const title = '{{range .Manifest.Layers}}{{index .Annotations "org.opencontainers.image.title"}}{{end}}';
    assert.equal(await artifact("inspect", "-f", title, "an:1"), "foo");
  });

  for (const [args, message] of [
    [["noname:x", "nosuch.txt"], "open nosuch.txt: no such file or directory"],
    [["dir:1", "."], "read .: is a directory"],
    [["dup:1", "one.txt", "./one.txt"], "one.txt: file already exists in artifact"],
    [["in valid", "one.txt"], /^Error: invalid name of an artifact: "in valid": /],
    [["UPPER", "one.txt"], /^Error: invalid name of an artifact: "UPPER": .*lowercase/],
    [["--annotation", "bad", "an:1", "one.txt"], 'no value given for annotation "bad"'],
    [["--append", "--replace", "a:1", "one.txt"], "--append and --replace options cannot be used together"],
    [["--append", "--type", "x", "a:1", "one.txt"], "append option is not compatible with type option"],
    [["foo"], /^Error: requires at least 2 arg\(s\), only received 1\n/],
    [["null:1", "one.txt", "/dev/zero"], '"/dev/zero" is no regular file'],
  ] as const)
    test(`is refused: ${args.join(" ")}`, async () => {
      await refused(["add", ...args], message);
      assert.equal(await artifact("ls", "-n"), "");
    });
});

describe("artifact ls", () => {
  test("columns, digests, templates and JSON", async () => {
    const digest = await artifact("add", "localhost/a:1", "one.txt");
    const [head = "", row = ""] = (await artifact("ls")).split("\n");
    assert.match(head, /^REPOSITORY {3}TAG {9}DIGEST {8}CREATED +SIZE$/);
    assert.match(row, new RegExp(`^localhost/a  1           ${digest.slice(0, 12)}  .* ago  4B$`));
    assert.match(
      await artifact("ls", "--no-trunc", "-n"),
      new RegExp(`^localhost/a  1           ${digest}  `),
    );
    await artifact("add", "noname", "big.bin");
    assert.equal(
      await artifact("ls", "--format", "{{.Repository}}|{{.Tag}}|{{.Size}}|{{.VirtualSize}}"),
      "localhost/a|1|4B|4\nnoname||3MB|3000000",
    );
    assert.equal(JSON.parse(await artifact("ls", "--format", "json"))[1].Repository, "noname");
    assert.match(
      await artifact("ls", "--format", "table {{.Repository}} {{.VirtualSize}}"),
      /^REPOSITORY +VIRTUAL SIZE\n/,
    );
    assert.equal(await artifact("list", "-n", "--format", "{{.Tag}}"), "1\n");
  });
});

describe("artifact extract", () => {
  test("into a directory, to a file, one of several", async () => {
    await artifact("add", "multi:1", "one.txt", "two.json", "p.html");
    await artifact("add", "single:1", "one.txt");
    await refused(
      ["extract", "multi:1", "out"],
      'the artifact consists of several blobs and the target "out" is not a directory and neither digest or title was specified to only copy a single blob',
    );
    assert.ok(!existsSync(at("out")));
    mkdirSync(at("d"));
    for (const _ of ["new", "over what is there"])
      assert.equal(await artifact("extract", "multi:1", "d"), "");
    assert.deepEqual(readdirSync(at("d")).sort(), ["one.txt", "p.html", "two.json"]);
    await artifact("extract", "single:1", "s.out");
    assert.equal(readFileSync(at("s.out"), "utf8"), "one\n");
    await artifact("extract", "multi:1", "--title", "two.json", "s.out");
    assert.equal(readFileSync(at("s.out"), "utf8"), "two2\n");
    await artifact("extract", "multi:1", "--digest", ONE, "g.out");
    assert.equal(readFileSync(at("g.out"), "utf8"), "one\n");
    for (const [args, message] of [
      [["multi:1", "--title", "nope", "x"], 'no blob with the title "nope"'],
      [["multi:1", "--digest", "2c8b08da5ce6", "x"], 'no blob with the digest "2c8b08da5ce6"'],
      [["multi:1", "--digest", ONE, "--title", "one.txt", "x"], "cannot specify both digest and title"],
      [["nosuch", "d"], "nosuch: artifact does not exist"],
      [["single:1", "no/such/x"], "failed to create target file: open no/such/x: no such file or directory"],
      [["single:1", "newdir/"], "failed to create target file: open newdir/: is a directory"],
    ] as const)
      await refused(["extract", ...args], message);
    assert.ok(!existsSync(at("x")));
  });

  test("a title that is a path is refused, and nothing is written", async () => {
    for (const title of ["foo/bar", "../up", ".."]) {
      await artifact(
        "add",
        "--replace",
        "--annotation",
        `org.opencontainers.image.title=${title}`,
        "bad:1",
        "one.txt",
      );
      mkdirSync(at("empty"), { recursive: true });
      await refused(
        ["extract", "bad:1", "empty"],
        /^Error: invalid name: ".*": .*artifact blob title invalid|cannot contain \//,
      );
      assert.deepEqual(readdirSync(at("empty")), []);
    }
  });

  test("a damaged blob is told, and no file is left", async () => {
    await artifact("add", "single:1", "one.txt");
    const path = join(host.dataDirectory, "tspod/artifacts/blobs/sha256", ONE.slice("sha256:".length));
    await runProgram("chmod", ["u+w", path]);
    writeFileSync(path, "two\n");
    await refused(
      ["extract", "single:1", "damaged"],
      /^Error: blob "sha256:2c8b.*" of the artifact is damaged/,
    );
    assert.ok(!existsSync(at("damaged")));
    const checked = await host.tspod(["system", "check"]);
    assert.notEqual(checked.code, 0);
    assert.match(
      checked.stdout + checked.stderr,
      /artifact single:1: blob sha256:2c8b\w+ has other content: pull or add the artifact again/,
    );
    await host.tspod(["system", "check", "--repair"]);
    await artifact("add", "--replace", "single:1", "one.txt");
    assert.equal((await host.tspod(["system", "check"])).code, 0);
  });
});

describe("artifact rm and inspect", () => {
  test("by name and by the beginning of the digest; --ignore", async () => {
    const digest = await artifact("add", "x:1", "one.txt");
    await artifact("add", "y:1", "two.json");
    assert.equal(await artifact("inspect", "-f", "{{.Name}}", digest.slice(0, 12)), "x:1");
    // No name here is a hexadecimal number: what isn't a name is looked for as the beginning of a digest.
    for (const name of ["x", "x:2", "localhost/x:1"])
      await refused(["inspect", name], `${name}: artifact does not exist`);
    await refused(["inspect", "-f", "{{.Nope}}", "x:1"], /can't evaluate field Nope/);
    await refused(["inspect", "x:1", "y:1"], /^Error: accepts 1 arg\(s\), received 2\n|at most/);
    await refused(["rm", "nosuch", "x:1"], "nosuch: artifact does not exist");
    await refused(["rm"], "at least one artifact name or digest must be specified");
    await refused(
      ["rm", "-a", "x:1"],
      "when using the --all switch, you may not pass any artifact names or digests",
    );
    assert.equal(await artifact("rm", "-i", "nosuch", "x:1"), digest);
    assert.equal(await artifact("ls", "--format", "{{.Repository}}"), "y");
    assert.match(await artifact("remove", "y:1"), /^[0-9a-f]{64}$/);
    assert.deepEqual(blobs(), []);
  });

  test("system df shows them, prune leaves them, reset takes them", async () => {
    await artifact("add", "a:1", "one.txt");
    assert.match(await host.ok(["system", "df"]), /^Artifacts +1 +0 +4B +4B \(100%\)$/m);
    await host.ok(["system", "prune", "--all", "--force"]);
    assert.equal(await artifact("ls", "--format", "{{.Repository}}"), "a");
    await host.ok(["system", "reset", "--force"]);
    assert.equal(await artifact("ls", "-n"), "");
    assert.deepEqual(blobs(), []);
  });

  test("what a manifest says beyond what is known is shown and kept; a damaged one is told", async () => {
    await artifact("add", "a:1", "one.txt");
    const directory = join(host.dataDirectory, "tspod/artifacts");
    const index = JSON.parse(readFileSync(join(directory, "index.json"), "utf8"));
    const [entry] = index.manifests;
    const replace = (text: string) => {
      const digest = createHash("sha256").update(text).digest("hex");
      writeFileSync(join(directory, "blobs/sha256", digest), text);
      const manifests = [{ ...entry, digest: `sha256:${digest}`, size: text.length }];
      writeFileSync(join(directory, "index.json"), JSON.stringify({ ...index, manifests }));
    };
    const before = JSON.parse(await artifact("inspect", "a:1")).Manifest;
    replace(JSON.stringify({ ...before, subject: null, org: { example: 1 } }));
    const { layers, ...rest } = before;
    assert.deepEqual(JSON.parse(await artifact("inspect", "a:1")).Manifest.org, { example: 1 });
    await artifact("add", "--append", "a:1", "two.json");
    const { layers: more, ...after } = JSON.parse(await artifact("inspect", "a:1")).Manifest;
    assert.deepEqual([after.org, after.config, more[0]], [{ example: 1 }, rest.config, layers[0]]);
    assert.equal(more.length, 2);
    for (const text of ["[]", "{", '{"config":7}', JSON.stringify({ ...before, layers: [7] })]) {
      replace(text);
      await refused(["inspect", "a:1"], /^Error: artifact [^ ]+ can't be read: invalid manifest[^\n]*\n$/);
      await refused(
        ["add", "--append", "a:1", "two.json"],
        /^Error: artifact [^ ]+ can't be read: invalid manifest[^\n]*\n$/,
      );
    }
    await artifact("rm", "--all");
  });

  test("a damaged index is told, and made anew", async () => {
    const digest = await artifact("add", "a:1", "one.txt");
    writeFileSync(join(host.dataDirectory, "tspod/artifacts/index.json"), "{");
    await refused(["ls"], /artifacts\/index\.json" is damaged \(use `tspod system check --repair`\)/);
    await host.tspod(["system", "check", "--repair"]);
    assert.equal(JSON.parse(await artifact("inspect", digest)).Name, "");
    assert.equal((await host.tspod(["system", "check"])).code, 0);
  });

  test("the store's directory must be its own", async () => {
    const third = makeHost();
    try {
      await third.ok(["images"]);
      symlinkSync("/tmp", join(third.dataDirectory, "tspod/artifacts"));
      const result = await third.tspod(["artifact", "ls"]);
      assert.equal(result.code, 125);
      assert.match(result.stderr, /artifacts" is a symbolic link/);
    } finally {
      unlinkSync(join(third.dataDirectory, "tspod/artifacts"));
      await third.close();
    }
  });
});

describe("artifact push and pull", () => {
  const name = `${registry}/team/files:1`;
  const insecure = "--tls-verify=false";

  test("there and back, byte for byte, read by skopeo", async () => {
    const digest = await artifact("add", "--type", "application/x-my", name, "one.txt", "big.bin");
    const pushed = await host.tspod(["artifact", "push", insecure, "--digestfile", "digest", name]);
    assert.deepEqual([pushed.code, pushed.stdout], [0, ""], pushed.stderr);
    assert.match(
      pushed.stderr,
      /^Getting image source signatures\nCopying blob sha256:2c8b[\s\S]*\nWriting manifest to image destination\n/,
    );
    assert.equal(readFileSync(at("digest"), "utf8"), `sha256:${digest}`);
    const raw = await runProgram(skopeo, ["inspect", "--raw", insecure, `docker://${name}`], {
      env: { ...host.env },
    });
    assert.equal(JSON.parse(raw.stdout).artifactType, "application/x-my");
    assert.deepEqual(await other.tspod(["artifact", "pull", "-q", insecure, name]), {
      code: 0,
      stdout: "",
      stderr: "",
    });
    const read = (of: typeof host) => of.ok(["artifact", "inspect", name]);
    assert.equal(await read(other), await read(host));
    await other.ok(["artifact", "extract", "--title", "big.bin", name, "big.bin"]);
    assert.ok(readFileSync(join(other.directory, "big.bin")).equals(readFileSync(at("big.bin"))));
    assert.deepEqual(await host.tspod(["artifact", "push", "-q", insecure, name]), {
      code: 0,
      stdout: "",
      stderr: "",
    });
    const pulled = await other.tspod(["pull", insecure, name]);
    assert.equal(pulled.code, 125);
    assert.match(pulled.stderr, /this is no image but an artifact of type "application\/x-my"/);
  });

  test("what can't be had or sent", async () => {
    await refused(["push", insecure, "nosuch"], "nosuch: artifact does not exist");
    await refused(
      ["pull", "-q", "--retry", "0", insecure, `${registry}/team/none:1`],
      /reading manifest 1 in 127\.0\.0\.1:\d+\/team\/none/,
    );
    await refused(
      ["pull", "-q", "--retry", "0", insecure, `${registry}/team/files`],
      /reading manifest latest in /,
    );
    assert.equal(await artifact("ls", "-n"), "");
  });

  test("the policy judges artifacts too", async () => {
    await artifact("add", name, "one.txt");
    await artifact("push", "-q", insecure, name);
    writeFileSync(at("policy.json"), JSON.stringify({ default: [{ type: "reject" }] }));
    await refused(
      ["pull", "-q", insecure, "--signature-policy", "policy.json", name],
      /Source image rejected: .* is rejected by policy/,
    );
  });
});

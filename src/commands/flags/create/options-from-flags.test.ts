import assert from "node:assert/strict";
import { test } from "node:test";
import type { FlagValues } from "../../../cli/flags/flag.ts";
import { parseFlags } from "../../../cli/flags/parse-flags.ts";
import { NO_DEFAULT_VALUES } from "../../../config/default-values.ts";
import type { ImageProcessConfig } from "../../../oci/image-config.ts";
import { createFlags } from "./create-flags.ts";
import { createOptionsFromFlags } from "./options-from-flags.ts";

const FILES: Readonly<Record<string, string>> = { "e.env": "A=file\nB=file\n", "l.txt": "x=1\n" };

function options(line: string, config: ImageProcessConfig = { Cmd: ["sh"] }) {
  const argv = line === "" ? [] : line.split(" ");
  const { values, given, operands } = parseFlags([...argv, "img"], createFlags, { haltAtOperand: true });
  return create(values, operands, { given, config });
}

function create(
  values: unknown,
  operands: readonly string[],
  { given, config }: { given: ReadonlySet<string>; config: ImageProcessConfig | undefined },
) {
  const image = {
    architecture: "amd64",
    os: "linux",
    rootfs: { type: "layers", diff_ids: [] },
    config,
  } as const;
  return createOptionsFromFlags(values as FlagValues<typeof createFlags>, operands, {
    image: config && { ...image, config },
    env: { HOME: "/h", http_proxy: "http://proxy", FOO_A: "a" },
    cwd: "/work",
    defaults: NO_DEFAULT_VALUES,
    given,
    logDriver: "k8s-file",
    subordinateIds: () => [{ containerId: 0, hostId: 1, size: 65536 }],
    ownIdMaps: () => ({ uid: [], gid: [] }),
    readFile(path) {
      const text = FILES[path];
      if (text === undefined) throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
      return text;
    },
  });
}

function command(line: string, config: ImageProcessConfig): string[][] {
  const { values, given, operands } = parseFlags(line.split(" "), createFlags, { haltAtOperand: true });
  const { process } = create(values, operands, { given, config });
  return [[...process.entrypoint], [...process.command]];
}

const BOTH = { Entrypoint: ["/init"], Cmd: ["serve"] };
for (const [line, config, expected] of [
  ["img", BOTH, [["/init"], ["serve"]]],
  ["img run -v", BOTH, [["/init"], ["run", "-v"]]],
  ["--entrypoint /bin/sh img", BOTH, [["/bin/sh"], []]],
  ["--entrypoint /bin/sh img -c x", BOTH, [["/bin/sh"], ["-c", "x"]]],
  ['--entrypoint ["/a","b"] img', BOTH, [["/a", "b"], []]],
  ["--entrypoint= img ls", BOTH, [[], ["ls"]]],
] as const) {
  test(`command of "${line}"`, () => assert.deepEqual(command(line, config), expected));
}

test("nothing to run is no error: a container can be made for its files", () => {
  assert.deepEqual(command("", {}), [[], []]);
});

for (const [line, config, expected] of [
  ["", {}, ["container=podman", "http_proxy=http://proxy"]],
  ["--http-proxy=false", { Env: ["TERM=vt", "X=1"] }, ["container=podman", "TERM=vt", "X=1"]],
  [
    "--http-proxy=false --env-file e.env -e B=flag -e HOME -e FOO_* -e NONE",
    { Env: ["A=image"] },
    ["container=podman", "A=file", "B=flag", "HOME=/h", "FOO_A=a"],
  ],
  ["--http-proxy=false --unsetenv TERM --unsetenv-all -e A=1", { Env: ["X=1"] }, ["A=1"]],
  ["--http-proxy=false --env-merge X=$X:more", { Env: ["X=1"] }, ["container=podman", "X=1:more"]],
] as const) {
  test(`environment of "${line}"`, () => {
    const { env } = options(line, { Cmd: ["sh"], ...config }).process;
    assert.deepEqual(
      env.filter((entry) => !entry.startsWith("PATH=")),
      expected,
    );
  });
}

test("image values hold where no flag says otherwise", () => {
  const image = {
    Cmd: ["sh"],
    User: "bob",
    WorkingDir: "srv",
    StopSignal: "SIGINT",
    Labels: { a: "1", b: "1" },
    ExposedPorts: { "80/tcp": {} },
    Volumes: { "/data/": {}, "/v": {} },
  };
  const { process, labels, network, mounts } = options("-l b=2 --label-file l.txt -v /src:/v -P", image);
  assert.equal(process.user, "bob");
  assert.equal(process.workdir, "/srv");
  assert.equal(process.workdirExplicit, false);
  assert.equal(process.stopSignal, "SIGINT");
  assert.deepEqual(labels, { a: "1", b: "2", x: "1" });
  assert.deepEqual(network.ports, [
    { hostIp: "", hostPort: 0, containerPort: 80, range: 1, protocol: "tcp" },
  ]);
  assert.deepEqual(
    mounts.map(({ type, destination }) => [type, destination]),
    [
      ["bind", "/v"],
      ["volume", "/data"],
    ],
  );
});

test("the options are JSON, and the same when read back", () => {
  const all = options(
    "-it --rm -v a:/a --tmpfs /t -p 80 -m 10m --cpus 0.5 -u 1:2 --ulimit nofile=5 --cap-add all --init",
  );
  assert.deepEqual(JSON.parse(JSON.stringify(all)), all);
  assert.equal(all.resources.nanoCpus, 500_000_000);
  assert.equal(all.shmSize, 67108864);
});

for (const [line, message] of [
  ["-v a:/x --tmpfs /x", "/x: duplicate mount destination"],
  ["-v a:/x -v b:/x", "/x: duplicate mount destination"],
  ["--tmpfs /x --tmpfs /x:ro", "/x: duplicate mount destination"],
  [
    "--uts host --hostname a",
    "invalid config provided: cannot set hostname when running in the host UTS namespace: invalid configuration",
  ],
  ["--no-hosts --add-host a:1.1.1.1", "--no-hosts and --add-host cannot be set together"],
  ["--cpus 1 --cpu-quota 5", "--cpu-quota and --cpus cannot be set together"],
  ["--cpus x", 'invalid argument "x" for "--cpus" flag: strconv.ParseFloat: parsing "x": invalid syntax'],
  ["--memory-swap 5m", "you should always set the memory limit when using a memory swap limit"],
  ["-m 10m --memory-swap 5m", "minimum memoryswap limit should be larger than memory limit"],
  ["--env-file /nope", 'parsing file "/nope"'],
  ["--label =x", 'unable to process labels: invalid label format: "=x"'],
  ["-w rel", 'the working directory "rel" is invalid, it needs to be an absolute path'],
  ["--umask 999", "running container create option: invalid umask string 999: invalid argument"],
  ["--image-volume x", 'invalid image volume mode "x" required value: anonymous, tmpfs, ignore'],
  [
    "--volumes-from a:zz",
    'invalid option "zz" specified - volumes from another container can only use z,ro,rw options',
  ],
  [
    "--attach foo",
    'invalid stream "foo" for --attach - must be one of stdin, stdout, or stderr: invalid argument',
  ],
] as const) {
  test(`"${line}" is refused`, () => assert.throws(() => options(line), { message }));
}

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { type Generated, generateServices } from "./generate.ts";
import { searchDirectories } from "./search.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "quadlets-")));
after(() => rmSync(root, { recursive: true }));
let count = 0;

/** @param files name → text; `-> NAME` makes a symlink */
function generate(files: Readonly<Record<string, string>>): Generated & { directory: string } {
  const directory = join(root, String(++count));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    if (text.startsWith("-> ")) symlinkSync(text.slice(3), join(directory, name));
    else writeFileSync(join(directory, name), text);
  }
  const directories = searchDirectories({ env: { QUADLET_UNIT_DIRS: directory }, uid: 7 });
  const context = { program: "/bin/tspod", unsupported: () => undefined };
  return { ...generateServices(directories, context), directory };
}

/** The lines of a service that begin with a key, of one that must be there. */
function lines({ services, errors }: Generated, name: string, key: string): string[] {
  const service = services.find((each) => each.name === name);
  assert.ok(service, `no ${name}: ${errors.join("\n")}`);
  return service.text
    .split("\n")
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));
}

const RUN =
  "/bin/tspod run --name systemd-%N --replace --rm --cidfile=%t/%N.cid --cgroups=split --sdnotify=conmon -d";

/** The examples of Podman's manual page, what they say in our words. */
describe("podman-systemd.unit(5)", () => {
  const container = "[Container]\nImage=quay.io/centos/centos:latest\n";

  test("a container that sleeps, with a volume, restarted, started at boot", () => {
    const made = generate({
      "test.container": `[Unit]\nDescription=Sleeps\nBefore=local-fs.target\n${container}Volume=test.volume:/data\nExec=sleep 60\n[Service]\nRestart=always\nTimeoutStartSec=900\nExecStartPre=/usr/share/setup.sh\n[Install]\nWantedBy=multi-user.target default.target\n`,
      "test.volume": "[Volume]\nUser=root\nGroup=root\nLabel=org.test.Key=value\n",
    });
    assert.deepEqual(made.errors, []);
    assert.deepEqual(
      made.services.map(({ name }) => name),
      ["test-volume.service", "test.service"],
    );
    assert.deepEqual(lines(made, "test.service", "ExecStart"), [
      `${RUN} -v systemd-test:/data quay.io/centos/centos:latest sleep 60`,
    ]);
    assert.deepEqual(lines(made, "test-volume.service", "ExecStart"), [
      "/bin/tspod volume create --ignore --label org.test.Key=value --opt o=uid=0,gid=0 systemd-test",
    ]);
    assert.deepEqual(lines(made, "test.service", "Requires"), ["test-volume.service"]);
    assert.deepEqual(lines(made, "test.service", "Before"), ["local-fs.target"]);
    assert.deepEqual(lines(made, "test.service", "Restart"), ["always"]);
    assert.deepEqual(lines(made, "test.service", "TimeoutStartSec"), ["900"]);
    assert.deepEqual(lines(made, "test.service", "ExecStartPre"), ["/usr/share/setup.sh"]);
    assert.deepEqual(made.services[1]?.links, [
      { path: "multi-user.target.wants/test.service", target: "../test.service" },
      { path: "default.target.wants/test.service", target: "../test.service" },
    ]);
  });

  test("the same in a network of its own", () => {
    const made = generate({
      "test.container": `${container}Network=test.network:ip=172.16.0.5\n`,
      "test.network":
        "[Network]\nSubnet=172.16.0.0/24\nGateway=172.16.0.1\nIPRange=172.16.0.0/28\nLabel=org.test.Key=value\nInternal=true\nOptions=isolate=true mtu=1400\nNetworkDeleteOnStop=true\n",
    });
    assert.deepEqual(made.errors, []);
    assert.deepEqual(lines(made, "test-network.service", "ExecStart"), [
      "/bin/tspod network create --ignore --internal --opt isolate=true --opt mtu=1400 --label org.test.Key=value --subnet 172.16.0.0/24 --gateway 172.16.0.1 --ip-range 172.16.0.0/28 systemd-test",
    ]);
    assert.deepEqual(lines(made, "test-network.service", "ExecStopPost"), [
      "/bin/tspod network rm systemd-test",
    ]);
    assert.deepEqual(lines(made, "test-network.service", "Type"), ["oneshot"]);
    assert.match(
      lines(made, "test.service", "ExecStart")[0] ?? "",
      /--network systemd-test:ip=172\.16\.0\.5 /,
    );
    assert.deepEqual(lines(made, "test.service", "Requires"), ["test-network.service"]);
  });

  test("a pod, which its containers start with and end with", () => {
    const made = generate({
      "test.pod":
        "[Pod]\nPublishPort=8080:80\nNetwork=test.network\nHostName=front\nVolume=/srv:/data\nStopTimeout=3\nPodmanArgs=--memory 1g\n",
      "test.network": "[Network]\n",
      "web.container": `${container}Pod=test.pod\n`,
      "job.container": `${container}Pod=test.pod\nStartWithPod=no\n`,
    });
    assert.deepEqual(made.errors, []);
    const of = (key: string) => lines(made, "test-pod.service", key);
    assert.deepEqual(of("ExecStartPre"), [
      "/bin/tspod pod create --infra-conmon-pidfile=%t/%N.pid --replace --exit-policy stop --hostname front --publish 8080:80 --network systemd-test -v /srv:/data --infra-name systemd-test-infra --name systemd-test --memory 1g",
    ]);
    assert.deepEqual(of("ExecStart"), ["/bin/tspod pod start systemd-test"]);
    assert.deepEqual(of("ExecStop"), ["/bin/tspod pod stop --ignore --time=3 systemd-test"]);
    assert.deepEqual(of("ExecStopPost"), ["/bin/tspod pod rm --ignore --force systemd-test"]);
    assert.deepEqual(of("Type"), ["forking"]);
    assert.deepEqual(of("PIDFile"), ["%t/%N.pid"]);
    assert.deepEqual(
      of("Wants").filter((unit) => !unit.startsWith("podman-")),
      ["web.service"],
    );
    assert.match(lines(made, "web.service", "ExecStart")[0] ?? "", /--pod systemd-test /);
    assert.deepEqual(lines(made, "web.service", "BindsTo"), ["test-pod.service"]);
    assert.ok(lines(made, "job.service", "After").includes("test-pod.service"));
  });

  test("each of a network's subnets has its gateway and its range beside it", () => {
    const made = generate({
      "a.network":
        "[Network]\nGateway=10.0.0.1\nGateway=10.0.1.1\nSubnet=10.0.0.0/24\nSubnet=10.0.1.0/24\nIPRange=10.0.0.0/28\n",
    });
    assert.deepEqual(lines(made, "a-network.service", "ExecStart"), [
      "/bin/tspod network create --ignore --subnet 10.0.0.0/24 --gateway 10.0.0.1 --ip-range 10.0.0.0/28 --subnet 10.0.1.0/24 --gateway 10.0.1.1 systemd-a",
    ]);
  });

  for (const [keys, line, message] of [
    ["Gateway=172.16.0.1", 2, "cannot set gateway or range without subnet"],
    ["IPRange=172.16.0.0/28", 2, "cannot set gateway or range without subnet"],
    ["Subnet=10.0.0.0/24\nGateway=10.0.0.1\nGateway=10.0.1.1", 4, "cannot set more gateways than subnets"],
    [
      "Subnet=10.0.0.0/24\nIPRange=10.0.0.0/28\nIPRange=10.0.0.16/28",
      4,
      "cannot set more ranges than subnets",
    ],
  ] as const)
    test(`a network with ${keys.replaceAll("\n", ", ")}`, () => {
      const { errors, directory } = generate({ "a.network": `[Network]\n${keys}\n` });
      assert.deepEqual(
        errors.map(({ message: said }) => said),
        [`${directory}/a.network:${line}: ${message}`],
      );
    });

  test("what is no escape stays as it stands, with a warning", () => {
    const made = generate({ "a.container": `${container}Label=regex=^foo(\\?.*)?$\nExec='test\\.com'\n` });
    assert.deepEqual(made.errors, []);
    const [start = ""] = lines(made, "a.service", "ExecStart");
    assert.match(start, / --label regex=\^foo\(\\\\\?\.\*\)\?\$ /);
    assert.match(start, / "?test\\\\\.com"?$/);
    assert.deepEqual(
      made.warnings.map((warning) => warning.replace(/^.*a\.container:/, "")),
      ["3", "4"].map(
        (line, at) =>
          `${line}: unsupported escape char '\\${["?", "."][at]}' is kept: write "\\\\" for a backslash`,
      ),
    );
  });

  test("an artifact, and a container that mounts it", () => {
    const made = generate({
      "conf.artifact": "[Artifact]\nArtifact=a.io/conf:1\nRetry=2\nTLSVerify=false\n",
      "c.container":
        "[Container]\nImage=a.io/b\nMount=type=artifact,source=conf.artifact,destination=/etc/c\n",
    });
    assert.deepEqual(made.errors, []);
    assert.deepEqual(lines(made, "conf-artifact.service", "ExecStart"), [
      "/bin/tspod artifact pull --retry 2 --tls-verify=false a.io/conf:1",
    ]);
    const [start = ""] = lines(made, "c.service", "ExecStart");
    assert.match(start, / --mount type=artifact,source=a\.io\/conf:1,destination=\/etc\/c /);
    assert.deepEqual(lines(made, "c.service", "Requires"), ["conf-artifact.service"]);
    const { errors } = generate({ "e.artifact": "[Artifact]\nQuiet=true\n" });
    assert.match(errors[0]?.message ?? "", /no Artifact key specified/);
  });

  test("an image that is built, for a container", () => {
    const made = generate({
      "test.build": "[Build]\nImageTag=localhost/imagename\nSetWorkingDirectory=unit\n",
      "test.container": "[Container]\nImage=test.build\n",
    });
    assert.deepEqual(made.errors, []);
    assert.deepEqual(made.warnings, []);
    assert.deepEqual(lines(made, "test-build.service", "ExecStart"), [
      `/bin/tspod build --tag localhost/imagename ${made.directory}`,
    ]);
    assert.deepEqual(lines(made, "test.service", "Requires"), ["test-build.service"]);
    assert.deepEqual(lines(made, "test.service", "ExecStart"), [`${RUN} localhost/imagename`]);
  });

  test("a volume behind a file system's own program, its options systemd's to fill in", () => {
    const made = generate({
      "s3fs.volume": `[Service]\nCacheDirectory=s3fs\nExecStartPre=/usr/local/bin/aws put \${S3_BUCKET}\n[Volume]\nDevice=\${S3_BUCKET}:/\${PATH}\nType=fuse.s3fs\nVolumeName=s3fs-volume\nOptions=iam_role,use_cache=\${CACHE_DIRECTORY}\n`,
    });
    assert.deepEqual(lines(made, "s3fs-volume.service", "ExecStart"), [
      `/bin/tspod volume create --ignore --opt device=\${S3_BUCKET}:/\${PATH} --opt type=fuse.s3fs --opt o=iam_role,use_cache=\${CACHE_DIRECTORY} s3fs-volume`,
    ]);
    assert.deepEqual(lines(made, "s3fs-volume.service", "CacheDirectory"), ["s3fs"]);
  });

  test("one quadlet needs another", () => {
    const made = generate({
      "basic.container": container,
      "fedora.container": `[Unit]\nAfter=basic.container\nRequires=basic.container dbus.service\n${container}`,
    });
    assert.deepEqual(lines(made, "fedora.service", "After").at(-1), "basic.service");
    assert.deepEqual(lines(made, "fedora.service", "Requires"), ["basic.service dbus.service"]);
  });

  test("a template, its instance, and a drop-in for that", () => {
    const made = generate({
      "sleep@.container":
        "[Container]\nImage=quay.io/fedora/fedora\nExec=sleep %i\n[Service]\nRestart=always\n[Install]\nWantedBy=multi-user.target\nDefaultInstance=100\n",
      "sleep@10.container": "-> sleep@.container",
      "sleep@10.container.d/10-image.conf": "[Container]\nImage=quay.io/centos/centos\n",
    });
    const run = RUN.replace("systemd-%N", "systemd-%p_%i");
    assert.deepEqual(lines(made, "sleep@.service", "ExecStart"), [`${run} quay.io/fedora/fedora sleep %i`]);
    assert.deepEqual(lines(made, "sleep@10.service", "ExecStart"), [`${run} quay.io/centos/centos sleep %i`]);
    const links = new Map(made.services.map(({ name, links }) => [name, links]));
    assert.deepEqual(links.get("sleep@.service"), [
      { path: "multi-user.target.wants/sleep@100.service", target: "../sleep@.service" },
    ]);
    assert.deepEqual(links.get("sleep@10.service"), [
      { path: "multi-user.target.wants/sleep@10.service", target: "../sleep@10.service" },
    ]);
  });

  test("a startup task that is done when it ends", () => {
    const made = generate({
      "task.container": `[Service]\nType=oneshot\nRemainAfterExit=yes\n${container}Exec=sh -c "echo 'setup'; sleep 2"\n`,
    });
    assert.deepEqual(lines(made, "task.service", "Type"), ["oneshot"]);
    assert.deepEqual(lines(made, "task.service", "ExecStart"), [
      `${RUN.replace(" --sdnotify=conmon -d", "")} quay.io/centos/centos:latest sh -c "echo 'setup'; sleep 2"`,
    ]);
  });

  test("an image that is pulled first, also for a mount", () => {
    const made = generate({
      "app.image": "[Image]\nImage=quay.io/a/b:1\nTLSVerify=false\nAuthFile=/etc/auth.json\n",
      "app.container": "[Container]\nImage=app.image\nMount=type=image,source=app.image,destination=/v\n",
    });
    assert.deepEqual(made.errors, []);
    assert.deepEqual(lines(made, "app-image.service", "ExecStart"), [
      "/bin/tspod image pull --authfile /etc/auth.json --tls-verify=false quay.io/a/b:1",
    ]);
    assert.match(
      lines(made, "app.service", "ExecStart")[0] ?? "",
      / --mount type=image,source=quay\.io\/a\/b:1,destination=\/v quay\.io\/a\/b:1$/,
    );
    assert.deepEqual(lines(made, "app.service", "Requires"), ["app-image.service"]);
  });
});

test("a service that is called otherwise is found by those that need it", () => {
  const made = generate({
    "d.volume": "[Volume]\nServiceName=storage\n",
    "c.container": "[Container]\nImage=a.io/b\nVolume=d.volume:/d\n",
  });
  assert.deepEqual(lines(made, "c.service", "Requires"), ["storage.service"]);
});

test("short image names and keys of [Service] that can't work are warned of", () => {
  const { warnings } = generate({ "c.container": "[Container]\nImage=alpine\n[Service]\nUser=me\n" });
  assert.match(
    warnings[0] ?? "",
    /^Warning: c\.container specifies the image "alpine" which not a fully qualified/,
  );
  assert.equal(
    warnings[1],
    "Warning: using key User in the Service group is not supported - use at your own risk",
  );
  assert.equal(warnings.length, 2);
});

test("DefaultDependencies=false leaves the network alone", () => {
  const made = generate({
    "c.container": "[Quadlet]\nDefaultDependencies=false\n[Container]\nImage=a.io/b\n",
  });
  assert.deepEqual(lines(made, "c.service", "Wants"), []);
  assert.deepEqual(lines(made, "c.service", "DefaultDependencies"), ["false"]); // in [X-Quadlet]
});

for (const [text, options] of [
  ["[Volume]\n", []],
  ["[Volume]\nCopy=true\n", ["--opt", "copy"]],
  ["[Volume]\nCopy=no\n", ["--opt", "nocopy"]],
  ["[Volume]\nUser=7\nGroup=8\n", ["--opt", "o=uid=7,gid=8"]],
] as const) {
  test(`a volume: ${JSON.stringify(text)}`, () => {
    const made = generate({ "d.volume": text });
    assert.deepEqual(made.errors, []);
    const [start = ""] = lines(made, "d-volume.service", "ExecStart");
    assert.deepEqual(start.split(" ").slice(1), ["volume", "create", "--ignore", ...options, "systemd-d"]);
  });
}

for (const [mount, message] of [
  ["type=image,destination=/p", "must set source and destination for image volume"],
  ["type=bind,source=/srv", "must set volume destination"],
  ["type=tmpfs,destination=/p,source=/x", "source is not supported with tmpfs mounts"],
  ["type=volume,source=v,destination=/p,bind-propagation=shared", "bind-propagation: invalid mount option"],
  ["type=nosuch,destination=/p", 'invalid filesystem type "nosuch"'],
] as const) {
  test(`a mount that the start would refuse is refused: ${mount}`, () => {
    const { errors, directory } = generate({ "c.container": `[Container]\nImage=a.io/b\nMount=${mount}\n` });
    assert.deepEqual(
      errors.map((error) => error.message),
      [`${directory}/c.container:3: ${message}`],
    );
  });
}

test("a volume of an image, which a quadlet may name: keys of the other driver are passed over", () => {
  const keys = "[Volume]\nDriver=image\nImage=i.image\nCopy=no\nType=tmpfs\nUser=5\nLabel=a=b\n";
  const made = generate({ "d.volume": keys, "i.image": "[Image]\nImage=a.io/b:1\n" });
  assert.deepEqual(made.errors, []);
  assert.deepEqual(lines(made, "d-volume.service", "Requires"), ["i-image.service"]);
  assert.deepEqual(lines(made, "d-volume.service", "ExecStart"), [
    "/bin/tspod volume create --ignore --driver image --label a=b --opt image=a.io/b:1 systemd-d",
  ]);
});

test("a mount with systemd's specifiers is left to the start", () => {
  const made = generate({ "c@.container": "[Container]\nImage=a.io/b\nMount=type=%i,destination=/p\n" });
  assert.deepEqual(made.errors, []);
});

for (const [text, message] of [
  ["[Volume]\nType=tmpfs\n", "2: key Type can't be used without Device"],
  ["[Volume]\nOptions=ro\n", "2: key Options can't be used without Device"],
  ["[Volume]\nDriver=image\nCopy=no\n", "2: the key Image is mandatory when using the image driver"],
  [
    "[Volume]\nGroup=there-is-no-such-group\n",
    "2: Group=there-is-no-such-group: there is none of that name on this machine",
  ],
] as const) {
  test(`a volume is refused: ${JSON.stringify(text)}`, () => {
    const { errors, directory } = generate({ "d.volume": text });
    assert.deepEqual(
      errors.map((error) => error.message),
      [`${directory}/d.volume:${message}`],
    );
  });
}

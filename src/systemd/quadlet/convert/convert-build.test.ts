import assert from "node:assert/strict";
import { test } from "node:test";
import { parseUnit } from "../../unit-file/unit-file.ts";
import { type Quadlet, quadletOf } from "../kinds.ts";
import type { Converted } from "./conversion.ts";
import { convertBuild } from "./convert-build.ts";

function quadlet(path: string, text: string): Quadlet {
  const made = quadletOf(parseUnit(text, path));
  assert.ok(made);
  return made;
}

const OTHERS = [quadlet("/q/n.network", "[Network]\n"), quadlet("/q/v.volume", "[Volume]\n")];

function convert(text: string): Converted {
  const quadlets = new Map(OTHERS.map((other) => [other.fileName, other]));
  const context = { program: "/bin/tspod", unsupported: () => undefined, quadlets };
  return convertBuild(quadlet("/q/app.build", text), context);
}

const values = ({ text }: Converted, key: string) =>
  text
    .split("\n")
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));

test("every key but those of other quadlets, as Podman 5.8.6 has it", () => {
  const made = convert(`[Build]
Annotation=a=b c=d
Annotation="x=y z"
Arch=arm64
AuthFile=/etc/auth.json
BuildArg=V=1
BuildArg=W="2 3" X=4
ContainersConfModule=/etc/nvd.conf
DNS=192.168.55.1
DNSOption=ndots:1
DNSSearch=example.com
Environment=foo=bar baz=qux
File=/path/to/Containerfile
ForceRM=false
GlobalArgs=--log-level=debug
GroupAdd=keep-groups
IgnoreFile=/path/.customignore
ImageTag=localhost/one
ImageTag=localhost/two
Label=l=1 m=2
Network=host
PodmanArgs=--pull never
Pull=never
Retry=5
RetryDelay=10s
Secret=id=mysecret,src=path
SetWorkingDirectory=unit
Target=my-app
TLSVerify=false
Variant=v7
Volume=/source:/dest
Volume=./rel:/x
`);
  // The order is ours.
  assert.deepEqual(
    [...made.start].sort(),
    [
      ..."/bin/tspod --module=/etc/nvd.conf --log-level=debug build --pull=never".split(" "),
      ..."--retry-delay 10s --arch arm64 --authfile /etc/auth.json --ignorefile".split(" "),
      ..."/path/.customignore --target my-app --variant v7 --retry 5 --force-rm=false".split(" "),
      ..."--tls-verify=false --dns 192.168.55.1 --dns-option ndots:1 --dns-search".split(" "),
      ..."example.com --group-add keep-groups --tag localhost/one --tag localhost/two".split(" "),
      ..."--annotation a=b --annotation c=d --annotation".split(" "),
      "x=y z",
      ..."--build-arg V=1 --build-arg".split(" "),
      "W=2 3",
      ..."--build-arg X=4 --env baz=qux --env foo=bar --label l=1 --label m=2".split(" "),
      ..."--network host --secret id=mysecret,src=path -v /source:/dest -v /q/rel:/x".split(" "),
      ..."--file /path/to/Containerfile --pull never".split(" "),
    ].sort(),
  );
  assert.deepEqual(made.start.slice(-4), ["--file", "/path/to/Containerfile", "--pull", "never"]);
  assert.deepEqual(values(made, "WorkingDirectory"), ["/q"]);
  assert.deepEqual(values(made, "RequiresMountsFor").slice(1), ["/source", "/q/rel"]);
  assert.deepEqual(values(made, "Type"), ["oneshot"]);
  assert.deepEqual(values(made, "SyslogIdentifier"), ["%N"]);
  assert.deepEqual(values(made, "RemainAfterExit"), []);
});

test("networks and volumes of quadlets are waited for", () => {
  const made = convert(
    "[Build]\nImageTag=a\nSetWorkingDirectory=unit\nNetwork=n.network\nVolume=v.volume:/x\nVolume=/anon\n",
  );
  assert.deepEqual(
    made.start.join(" "),
    "/bin/tspod build --tag a --network systemd-n -v systemd-v:/x -v /anon /q",
  );
  assert.deepEqual(values(made, "Requires"), ["n-network.service", "v-volume.service"]);
  assert.deepEqual(made.requires, ["n.network", "v.volume"]);
});

/** Lines of a quadlet → what follows --tag, the service's WorkingDirectory=, the words without systemd. */
for (const [lines, words, directory, alone] of [
  ["File=cf\nSetWorkingDirectory=file", "--file cf /q", "/q", "--file /q/cf /q"],
  ["File=sub/cf\nSetWorkingDirectory=file", "--file sub/cf /q/sub", "/q/sub", "--file /q/sub/sub/cf /q/sub"],
  ["File=/a/b/cf\nSetWorkingDirectory=file", "--file /a/b/cf", "/a/b", "--file /a/b/cf"],
  ["File=/a/cf", "--file /a/cf", undefined, "--file /a/cf"],
  ["File=%h/cf", "--file %h/cf", undefined, "--file %h/cf"],
  ["File=https://a.io/cf", "--file https://a.io/cf", undefined, "--file https://a.io/cf"],
  [
    "File=https://a.io/cf\nSetWorkingDirectory=file",
    "--file https://a.io/cf",
    undefined,
    "--file https://a.io/cf",
  ],
  ["SetWorkingDirectory=unit", "/q", "/q", "/q"],
  ["SetWorkingDirectory=https://a.io/b.git", "https://a.io/b.git", undefined, "https://a.io/b.git"],
  ["SetWorkingDirectory=sub/dir", "sub/dir", "/q", "/q/sub/dir"],
  ["SetWorkingDirectory=/abs", "/abs", undefined, "/abs"],
  ["[Service]\nWorkingDirectory=/w", "/w", "/w", "/w"],
  [
    "File=cf\nSetWorkingDirectory=unit\n[Service]\nWorkingDirectory=/w",
    "--file cf /w",
    "/w",
    "--file /w/cf /w",
  ],
  ["File=cf\n[Service]\nWorkingDirectory=%h/w", "--file cf %h/w", "%h/w", "--file %h/w/cf %h/w"],
] as const)
  test(`what is built: ${lines.replaceAll("\n", " ")}`, () => {
    const made = convert(`[Build]\nImageTag=a\n${lines}\n`);
    assert.equal(made.start.join(" "), `/bin/tspod build --tag a ${words}`);
    assert.deepEqual(values(made, "WorkingDirectory"), directory === undefined ? [] : [directory]);
    assert.equal(made.alone.join(" "), `/bin/tspod build --tag a ${alone}`);
  });

for (const [lines, error] of [
  ["File=/a/cf", "1: no ImageTag key specified"],
  ["ImageTag=a", "1: neither SetWorkingDirectory, nor File key specified"],
  ["ImageTag=a\nFile=cf", "3: relative path in File key requires SetWorkingDirectory key to be set"],
  ["ImageTag=a\nSetWorkingDirectory=file", "3: no File key specified"],
  ["ImageTag=a\nSetWorkingDirectory=yaml", "3: SetWorkingDirectory=yaml is only supported in .kube files"],
  ["ImageTag=a\nFiles=cf", "3: unsupported key 'Files' in group 'Build' (did you mean File=?)"],
  ["ImageTag=a\nFile=/cf\nNetwork=x.network", "4: requested Quadlet unit x.network was not found"],
] as const)
  test(`refused: ${lines.replaceAll("\n", " ")}`, () => {
    assert.throws(() => convert(`[Build]\n${lines}\n`), { message: `/q/app.build:${error}` });
  });

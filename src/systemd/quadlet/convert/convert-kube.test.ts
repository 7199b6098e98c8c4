import assert from "node:assert/strict";
import { test } from "node:test";
import { parseUnit } from "../../unit-file/unit-file.ts";
import { type Quadlet, quadletOf } from "../kinds.ts";
import { convertKube } from "./convert-kube.ts";

function quadlet(path: string, text: string): Quadlet {
  const made = quadletOf(parseUnit(text, path));
  assert.ok(made);
  return made;
}

function convert(text: string, others: readonly Quadlet[] = []): string[] {
  const quadlets = new Map(others.map((other) => [other.fileName, other]));
  const context = { program: "/bin/tspod", unsupported: () => undefined, quadlets };
  return convertKube(quadlet("/units/web.kube", text), context).text.split("\n");
}

const values = (lines: readonly string[], key: string) =>
  lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));

test("a file beside the unit: played at the start, taken down at the end", () => {
  const lines = convert("[Kube]\nYaml=web.yaml\n[Install]\nWantedBy=default.target\n");
  assert.deepEqual(values(lines, "ExecStart"), [
    "/bin/tspod kube play --replace --service-container=true /units/web.yaml",
  ]);
  assert.deepEqual(values(lines, "ExecStop"), ["/bin/tspod kube down /units/web.yaml"]);
  assert.deepEqual(values(lines, "ExecStopPost"), ["/bin/tspod kube down /units/web.yaml"]);
  assert.deepEqual(values(lines, "Type"), ["notify"]);
  assert.deepEqual(values(lines, "NotifyAccess"), ["all"]);
  assert.deepEqual(values(lines, "KillMode"), ["mixed"]);
  assert.deepEqual(values(lines, "SyslogIdentifier"), ["%N"]);
  assert.deepEqual(values(lines, "Environment"), ["PODMAN_SYSTEMD_UNIT=%n"]);
  assert.deepEqual(values(lines, "WantedBy"), ["default.target"]);
});

for (const [key, start] of [
  ["Yaml=/b.yaml", "/units/a.yaml /b.yaml"],
  ["Yaml=https://example.com/b.yaml", "/units/a.yaml https://example.com/b.yaml"],
  ["Yaml=%h/b.yaml", "/units/a.yaml %h/b.yaml"],
  ["ConfigMap=map.yaml /other.yaml", "--configmap /units/map.yaml --configmap /other.yaml /units/a.yaml"],
  ["PublishPort=8080:80\nPublishPort=53", "--publish 8080:80 --publish 53 /units/a.yaml"],
  ['LogOpt=path=/a tag="{{.ImageName}}"', "--log-opt path=/a --log-opt tag={{.ImageName}} /units/a.yaml"],
  ["LogDriver=journald\nLogOpt=tag=x", "--log-driver journald --log-opt tag=x /units/a.yaml"],
  ["UserNS=keep-id:uid=200", "--userns keep-id:uid=200 /units/a.yaml"],
  ["RemapUsers=auto", "--userns auto /units/a.yaml"],
  ["Network=host", "--network host /units/a.yaml"],
  [
    "AutoUpdate=registry\nAutoUpdate=web/local",
    "--annotation io.containers.autoupdate=registry --annotation io.containers.autoupdate/web=local /units/a.yaml",
  ],
  ["PodmanArgs=--no-hosts --start=true", "--no-hosts --start=true /units/a.yaml"],
  ["ExitCodePropagation=none", "--service-exit-code-propagation=none /units/a.yaml"],
  ["ExitCodePropagation=any", "--service-exit-code-propagation=any /units/a.yaml"],
] as const)
  test(key, () => {
    const lines = convert(`[Kube]\nYaml=a.yaml\n${key}\n`);
    assert.deepEqual(values(lines, "ExecStart"), [
      `/bin/tspod kube play --replace --service-container=true ${start}`,
    ]);
  });

test("GlobalArgs= and KubeDownForce= are for both commands", () => {
  const lines = convert("[Kube]\nYaml=a.yaml\nGlobalArgs=--log-level debug\nKubeDownForce=true\n");
  assert.deepEqual(values(lines, "ExecStart"), [
    "/bin/tspod --log-level debug kube play --replace --service-container=true /units/a.yaml",
  ]);
  assert.deepEqual(values(lines, "ExecStop"), [
    "/bin/tspod --log-level debug kube down --force /units/a.yaml",
  ]);
});

test("a network that a quadlet makes is started first", () => {
  const network = quadlet("/units/front.network", "[Network]\n");
  const lines = convert("[Kube]\nYaml=a.yaml\nNetwork=front.network:mtu=1400\n", [network]);
  assert.match(values(lines, "ExecStart")[0] ?? "", / --network systemd-front:mtu=1400 /);
  assert.deepEqual(values(lines, "Requires"), ["front-network.service"]);
});

for (const [name, text, directory] of [
  ["the YAML's", "[Kube]\nYaml=sub/a.yaml\nSetWorkingDirectory=yaml\n", "/units/sub"],
  ["the unit's", "[Kube]\nYaml=sub/a.yaml\nSetWorkingDirectory=unit\n", "/units"],
  [
    "its own",
    "[Kube]\nYaml=sub/a.yaml\nSetWorkingDirectory=unit\n[Service]\nWorkingDirectory=/srv\n",
    "/srv",
  ],
] as const)
  test(`the working directory is ${name}`, () =>
    assert.deepEqual(values(convert(text), "WorkingDirectory"), [directory]));

test("Type=oneshot has no service container, and stays until it is stopped", () => {
  const lines = convert("[Kube]\nYaml=a.yaml\n[Service]\nType=oneshot\n");
  assert.deepEqual(values(lines, "ExecStart"), ["/bin/tspod kube play --replace /units/a.yaml"]);
  assert.deepEqual(values(lines, "Type"), ["oneshot"]);
  assert.deepEqual(values(lines, "RemainAfterExit"), ["yes"]);
  assert.deepEqual(values(lines, "KillMode"), []);
});

test("Restart=always is for a service with a service container", () =>
  assert.deepEqual(values(convert("[Kube]\nYaml=a.yaml\n[Service]\nRestart=always\n"), "Restart"), [
    "always",
  ]));

for (const [text, message] of [
  ["[Kube]\n", "1: no Yaml key specified"],
  ["[Kube]\nYaml=\n", "2: no Yaml key specified"],
  ["[Kube]\nYaml=a\n[Service]\nType=simple\n", "4: invalid service Type 'simple'"],
  [
    "[Kube]\nYaml=a\n[Service]\nType=oneshot\nRestart=always\n",
    "5: Restart=always is not for a service of Type=oneshot, which ends when its pods are started: use on-failure here, and restartPolicy in the YAML",
  ],
  [
    "[Kube]\nYaml=a\nExitCodePropagation=most\n",
    "3: invalid value 'most' of ExitCodePropagation: it is all, any or none",
  ],
  [
    "[Kube]\nYaml=a\nExitCodePropagation=all\n[Service]\nType=oneshot\n",
    "3: ExitCodePropagation=all is not for a service of Type=oneshot, which does not wait for the containers' ends",
  ],
  [
    "[Kube]\nYaml=a\nSetWorkingDirectory=here\n",
    "3: invalid value 'here' of SetWorkingDirectory: it is yaml or unit",
  ],
  [
    "[Kube]\nYaml=a\nYaml=b\nSetWorkingDirectory=yaml\n",
    "4: SetWorkingDirectory=yaml is only supported when a single Yaml key is provided",
  ],
  [
    "[Kube]\nYaml=https://a/b\nSetWorkingDirectory=yaml\n",
    "3: SetWorkingDirectory=yaml: https://a/b is in no directory",
  ],
  [
    "[Kube]\nYaml=a\nRemapUsers=manual\nRemapUid=0:1:2\n",
    "3: RemapUsers=manual is not supported: use auto or keep-id",
  ],
  ["[Kube]\nYaml=a\nNetwork=none.network\n", "3: requested Quadlet unit none.network was not found"],
  ["[Kube]\nYaml=a\nYamls=b\n", "3: unsupported key 'Yamls' in group 'Kube' (did you mean Yaml=?)"],
] as const)
  test(`refused: ${JSON.stringify(text)}`, () =>
    assert.throws(() => convert(text), { message: `/units/web.kube:${message}` }));

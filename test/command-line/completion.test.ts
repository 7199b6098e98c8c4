import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { runProgram, TSPOD } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const id = await host.ok(["run", "-d", "--name", "up", IMAGE, "sleep", "1000"]);
await host.ok(["create", "--name", "made", IMAGE, "true"]);
await host.ok([
  "run",
  ...["--name", "ended", IMAGE],
  ...[
    "sh",
    "-c",
    "mkdir /empty; touch /tmp/one /tmp/other; rm /etc/group; ln -s /tmp /link; ln -s ../../../../.. /up",
  ],
]);
await host.ok(["volume", "create", "data"]);
await host.ok(["pod", "create", "--name", "group", "--infra=false"]);
await host.ok(["secret", "create", "word", "-"], { input: "x" });
const imageId = await host.ok(["images", "-q", "--no-trunc"]).then((text) => text.replace("sha256:", ""));

const DIRECTIVES = { Default: 0, NoSpace: 2, NoFileComp: 4 } as const;

for (const [typed, expected, directive] of [
  ["stop ", ["up"], "NoFileComp"],
  ["rm ", ["ended", "made", "up"], "NoFileComp"],
  ["rm e", ["ended"], "NoFileComp"],
  ["exec ", ["up"], "NoFileComp"],
  ["exec -it up /b", [], "Default"],
  [`rm ${id.slice(0, 2)}`, [id.slice(0, 12)], "NoFileComp"],
  // Too short for an ID, but one may begin as a name does.
  [`rm ${id.slice(0, 1)}`, ["ended"].filter((name) => name.startsWith(id.slice(0, 1))), "NoFileComp"],
  ["run ", [IMAGE], "NoFileComp"],
  ["run -v x:/y busy", ["busybox", "busybox:latest"], "NoFileComp"],
  [`rmi ${imageId.slice(0, 3)}`, [imageId.slice(0, 12)], "NoFileComp"],
  ["volume rm ", ["data"], "NoFileComp"],
  ["volume export ", ["data"], "NoFileComp"],
  ["volume import data ", [], "Default"],
  ["kill --signal SIGU", ["SIGURG", "SIGUSR1", "SIGUSR2"], "NoFileComp"],
  ["volume cr", ["create"], "NoFileComp"],
  ["build ", [], "Default"],
  ["diff bus", ["busybox", "busybox:latest"], "NoFileComp"],
  ["diff up", ["up"], "NoFileComp"],
  ["generate kube da", ["data"], "NoFileComp"],
  ["inspect gr", ["group"], "NoFileComp"],
  ["inspect da", ["data"], "NoFileComp"],
  ["inspect po", ["podman"], "NoFileComp"],
  ["image sign bus", ["busybox", "busybox:latest"], "NoFileComp"],
  ["inspect -f {{.Arg", ["{{.Args}}"], "NoSpace"],
  ["inspect up -f {{.Arg", ["{{.Args}}"], "NoSpace"],
  [`inspect ${IMAGE} -f {{.Dig`, ["{{.Digest}}"], "NoSpace"],
  [`inspect ${IMAGE.slice(0, -1)} -f {{.Dig`, ["{{.Digest}}"], "NoSpace"],
  ["inspect data -f {{.Anon", ["{{.Anonymous}}"], "NoSpace"],
  ["inspect group -f {{.BlkioDeviceR", ["{{.BlkioDeviceReadBps}}"], "NoSpace"],
  ["inspect podman -f {{.DNSE", ["{{.DNSEnabled}}"], "NoSpace"],
  ["network inspect -f {{.Network.DNSE", ["{{.Network.DNSEnabled}}"], "NoSpace"],
  ["attach ", ["up"], "NoFileComp"],
  ["attach up ", [], "NoFileComp"],
  ["rename ended new ", [], "NoFileComp"],
  ["network create --interface-name l", ["lo"], "NoFileComp"],
  ["run --sysctl kernel.shmm", ["kernel.shmmax", "kernel.shmmni"], "NoFileComp"],
  ["run --sysctl kernel.ost", [], "NoFileComp"],
  ["logs --fo", ["--follow"], "NoFileComp"],
  [`run ${IMAGE} /ho`, ["/home/"], "NoSpace"],
  [`run ${IMAGE} /etc/no`, ["/etc/notes"], "Default"],
  [`run -v /:/x ${IMAGE} cat /etc`, ["/etc/group", "/etc/notes", "/etc/passwd"], "NoSpace"],
  [`create ${IMAGE} ../../ho`, ["../../home/"], "NoSpace"],
  ["run no-such-image /", [], "Default"],
  ["cp e", ["ended:"], "NoSpace"],
  ["cp ended:/tmp", ["ended:/tmp/one", "ended:/tmp/other"], "NoSpace"],
  ["cp ended:/tmp/on", ["ended:/tmp/one"], "Default"],
  ["cp ended:/link/", ["ended:/link/one", "ended:/link/other"], "NoSpace"],
  ["cp ended:/up/tmp/on", ["ended:/up/tmp/one"], "Default"],
  ["cp ended:/empty", ["ended:/empty/"], "NoSpace"],
  ["cp ended:/etc/gr", [], "Default"],
  ["cp no-such-container:/", [], "Default"],
  ["cp /et", [], "Default"],
  ["run --userns keep-id:", ["keep-id:gid=", "keep-id:uid="], "NoSpace"],
  ["run --ipc=sh", ["shareable"], "NoFileComp"],
  ["run --pid container:m", ["container:made"], "NoFileComp"],
  ["run --net ho", ["host"], "NoFileComp"],
  ["run --network po", ["podman"], "NoFileComp"],
  ["create --pull n", ["never", "newer"], "NoFileComp"],
  ["run --restart on", ["on-failure", "on-failure:"], "NoFileComp"],
  ["run --log-driver j", ["journald", "json-file"], "NoFileComp"],
  ["run --security-opt lab", ["label=disable", "label=type:"], "NoFileComp"],
  ["run --secret wo", ["word"], "NoFileComp"],
  ["run -v da", ["data:"], "NoSpace"],
  ["run -v data:/d:no", ["copy", "dev", "exec", "suid"].map((each) => `data:/d:no${each}`), "NoSpace"],
  ["run --mount type=volume,src=d", ["type=volume,src=data,"], "NoSpace"],
  ["save --format oci", ["oci-archive", "oci-dir"], "NoFileComp"],
  ["commit -f ", ["docker", "oci"], "NoFileComp"],
  ["ps --filter status=e", ["status=exited"], "NoFileComp"],
  ["container ls -f res", ["restart-policy="], "NoSpace"],
  ["volume ls --filter dr", ["driver="], "NoSpace"],
  ["inspect --format {{.State.Exit", ["{{.State.ExitCode}}"], "NoSpace"],
  ["images --format {{.Rep", ["{{.RepoDigests}}", "{{.RepoTags}}", "{{.Repository}}"], "NoSpace"],
  ["completion z", ["zsh"], "NoFileComp"],
  ["secret rm ", ["word"], "NoFileComp"],
  ["pod rm ", ["group"], "NoFileComp"],
  ["run --pod gr", ["group"], "NoFileComp"],
  ["generate systemd gr", ["group"], "NoFileComp"],
  ["wait --condition heal", ["healthy"], "NoFileComp"],
] as const)
  test(`tspod ${typed}`, async () => {
    const { code, stdout, stderr } = await host.tspod(["__completeNoDesc", ...typed.split(" ")]);
    const lines = stdout.trimEnd().split("\n");
    assert.deepEqual([code, lines.pop(), lines.sort()], [0, `:${DIRECTIVES[directive]}`, [...expected]]);
    assert.equal(stderr, `Completion ended with directive: ShellCompDirective${directive}\n`);
  });

describe("bash", () => {
  for (const [words, expected] of [
    [["tspod", "start", "ma"], "made"],
    [["tspod", "cp", "ended:/tmp/on"], "/tmp/one"],
    [["tspod", "run", "busybox:la"], "latest"],
    [["tspod", "kill", "--signal=SIGUSR1"], "SIGUSR1"],
    [["tspod", "start", "''"], "ended made up"],
    [["tspod", "ps", "--filter", "status=ru"], "running"],
    [["tspod", "run", "--userns=keep-id:u"], "uid="],
    [["tspod", "run", "--mount", "type=volume,source=da"], "data,"],
  ] as const)
    test(words.join(" "), async () => {
      const script = `. <("${TSPOD}" completion bash); PATH="$(dirname "${TSPOD}"):$PATH"
        compopt() { :; }
        COMP_WORDS=(${words.map((word) => word.replaceAll(/[:=]/g, " $& ")).join(" ")}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
        COMP_LINE="${words.join(" ").replace("''", "")}"; COMP_POINT=\${#COMP_LINE}
        $(complete -p tspod | sed 's/.*-F \\([^ ]*\\).*/\\1/') tspod; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = await runProgram("bash", ["-c", script], { env: host.env });
      assert.deepEqual([stdout.trim().split("\n").sort().join(" "), stderr], [expected, ""]);
    });
});

import type { CommandLine } from "./command-line.ts";

const BY_5_8 = "podman 5.8 answers as tspod does";

/**
 * Command lines to which Podman 5.4 (Debian 13) answers otherwise than Podman 5.8, which is the reference:
 * the reason why tspod does not as 5.4; undefined where 5.4 answers as tspod and 5.8 otherwise.
 */
export const differencesFrom54: Readonly<Record<CommandLine, string | undefined>> = {
  "run --mount target IMAGE true": BY_5_8,
  "run --device /dev/null:/x:nosuch IMAGE true": BY_5_8,
  "run --rm --network none -p 80:80 IMAGE true": BY_5_8,
  "run --rm --mount dst=/x IMAGE true": BY_5_8,
  "run --group-add nosuchgroup --rm IMAGE true": BY_5_8,
  "run 'Bad:Name' true": undefined,
  "run --rm -p 8080 --network host IMAGE true": BY_5_8,
  "run --rm --systemd always IMAGE sh -c 'mount | grep -c tmpfs'": BY_5_8,
  "inspect --format '{{.HostConfig.NetworkMode}} {{.HostConfig.PidMode}} {{.HostConfig.IpcMode}} {{.HostConfig.UTSMode}}' idle":
    undefined,
  "inspect --type nosuch idle": undefined,
  "container inspect nosuch": BY_5_8,
  "exec -u tester box id": BY_5_8,
  exec: BY_5_8,
  "cp box:/etc/notes -":
    "podman 5.4 writes the names of owners into the tar, which 5.8 leaves out as tspod does",
  update: BY_5_8,
  "update box box": BY_5_8,
  "pull -q nosuch": BY_5_8,
  "volume export nosuch": BY_5_8,
  "volume export one --output ''": BY_5_8,
  "volume export one --output /no/dir/one.tar": BY_5_8,
  "volume export one --output /": BY_5_8,
  "volume import nosuch one.tar": BY_5_8,
  "volume import nosuch nosuch.tar": BY_5_8,
  "volume import one nosuch.tar": BY_5_8,
  "volume import one /": BY_5_8,
  "inspect --type container --format '{{.Name}}' one IMAGE": BY_5_8,
};

import type { CommandLine } from "./command-line.ts";

const BEFORE = "tspod tells before anything is made, podman when the container is to start";
const GO_TYPES = "podman names a type of its Go sources";
const CLEARER = "tspod's message says what to type";
const NOT_IGNORED = "podman ignores it without a word";
const TEMPLATE_SYNTAX = "podman complains of the text that it puts around the template";
const LATER = "later Podmans ignore it, too: generated units rely on it";
const PODMAN_DEFECT = "podman 4.3.1's message or code is a defect of its own";

/** Podman 5.8 answers as tspod does. */
const older: Difference = { podman4: "podman 5.8 answers as tspod does" };
const only4 = (reason: string): Difference => ({ podman4: reason });
const only5 = (reason: string): Difference => ({ podman5: reason });

/** Of both Podmans, or of one: what is not there doesn't differ. */
export type Difference = string | { readonly podman4?: string; readonly podman5?: string };

/**
 * Command lines that tspod answers otherwise than Podman 4.3.1 or 5.x, each with the reason. One that no
 * longer differs is an error.
 */
export const knownDifferences: Readonly<Record<CommandLine, Difference>> = {
  "run -p 80:80 --rm IMAGE true": BEFORE,
  "run --memory 1b IMAGE true": `${NOT_IGNORED}, where the memory controller is not delegated`,
  "run --network slirp4netns:nosuch=1 IMAGE true": BEFORE,
  "run --platform nosuch/nosuch/nosuch/nosuch IMAGE true": CLEARER,
  "run --detach-keys nosuch IMAGE true": BEFORE,
  "run --hostname 'bad host name that is far too long for a kernel to take it as the name of a machine' IMAGE true":
    BEFORE,
  "run --oom-score-adj 5000 IMAGE true": BEFORE,
  "run --blkio-weight 5 IMAGE true": NOT_IGNORED,
  "run 'Bad:Name' true": only4("tspod says first that it is no reference, as later Podmans do"),
  "--cgroup-manager nosuch ps": "tspod finds it among the flags",
  "--runtime nosuch run IMAGE true": CLEARER,
  "events --since nosuchtime": NOT_IGNORED,
  "events --filter nosuch": NOT_IGNORED,
  "events --filter nosuch=1 --stream=false": NOT_IGNORED,
  "version --format '{{.NoSuch}}'": GO_TYPES,
  "info --format '{{.NoSuch}}'": GO_TYPES,
  unshare: "tspod takes /bin/sh where there is no $SHELL",
  "run --ip 10.1.1.1 IMAGE true": "with an address of its own a container is on the default bridge",
  "run --init-path /no/such/init --init IMAGE true": "tspod looks for it when the container starts",
  "run --rm --network none --name hosted IMAGE cat /etc/hosts": "without a network nothing leads to the host",
  "run --rm --systemd always IMAGE sh -c 'mount | grep -c tmpfs'": only4(
    "tspod hides /proc/scsi with a tmpfs of its own",
  ),
  "inspect --format '{{.Id' idle": TEMPLATE_SYNTAX,
  "images --format '{{.ID'": TEMPLATE_SYNTAX,
  "ps --format '{{.Names}} {{.State}} {{.Ports}} {{.Labels}} {{.Mounts}} {{.Networks}} {{.Restarts}} {{.Pod}}'":
    only4("later Podmans have .Restarts"),
  "top box nosuch=column": "process IDs",
  "start box": only4("tspod prints the name of a container that runs already, too"),
  "tag IMAGE 'Bad Name'": CLEARER,
  "pull 'Bad Name'": CLEARER,
  "pull docker-archive:/no/such/file": "the message is that of load",
  "run --rm -w relative IMAGE pwd": BEFORE,
  "run --rm --cap-add sys_admin --cap-drop chown IMAGE grep CapEff /proc/self/status": only4(
    "without a containers.conf podman 4.3.1 adds AUDIT_WRITE, MKNOD and NET_RAW, which Debian's takes away",
  ),
  "inspect --format '{{.EffectiveCaps}} {{.BoundingCaps}}' idle": only4(
    "without a containers.conf podman 4.3.1 adds AUDIT_WRITE, MKNOD and NET_RAW, which Debian's takes away",
  ),
  "create --replace --name idle IMAGE echo started": only4(
    "podman 4.3 prints the old name before the new ID, which breaks ID=$(podman create --replace …)",
  ),
  "inspect --format '{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.AutoRemove}} {{.HostConfig.ShmSize}} {{.HostConfig.LogConfig.Type}}' idle":
    "podman takes its default of 65536k for 65536000 bytes",
  "inspect --format '{{.NoSuchField}}' idle": GO_TYPES,
  "ps -a --format '{{.NoSuch}}'": GO_TYPES,
  "ps --watch 0": NOT_IGNORED,
  "rm renamed renamed": `${PODMAN_DEFECT}: it removes the container, and fails`,
  "rm --force nosuch two": only4(`${PODMAN_DEFECT}: it removes none of them, and says so to nobody`),
  "rm --cidfile /no/such/file --ignore": only4(LATER),
  "stop --cidfile /no/such/file --ignore": only4(LATER),
  "exec -u nosuchuser box id": `${PODMAN_DEFECT}: podman-exec(1) says 125`,
  "exec -u tester box id": only4(
    "the primary group is a supplementary one, as with podman run (CVE-2022-2989)",
  ),
  "exec box true": `${PODMAN_DEFECT}: podman-exec(1) says 125`,
  "cp box:/etc/notes -": only4("tspod writes no names of users into a tar: numbers are what counts"),
  "commit box 'Bad Name'": CLEARER,
  "run --group-add nosuchgroup --rm IMAGE true": only4("podman begins the same message in two ways"),
  "exec box": only4(`${PODMAN_DEFECT}: podman-exec(1) says 125`),
  "exec --detach-keys nosuch box true": BEFORE,
  "images --format '{{.NoSuch}}'": GO_TYPES,
  "images --filter dangling=maybe": `${PODMAN_DEFECT}: it takes the key for the value`,
  "image inspect --format '{{.NoSuch}}' IMAGE": GO_TYPES,
  "history --format '{{.NoSuch}}' IMAGE": GO_TYPES,
  "pull nosuch.localhost/image": CLEARER,
  "run --rm nosuch.localhost/image true": CLEARER,
  "pull --arch nosuch IMAGE": `${PODMAN_DEFECT}: it prints a structure of its Go sources`,
  "volume ls --format '{{.NoSuch}}'": GO_TYPES,
  "run --mount target IMAGE true": older,
  "run -e =x IMAGE true": older,
  "run --env-file /no/such/file IMAGE true": older,
  "run --network ns:/no/such/path IMAGE true": older,
  "run --device /dev/null:/x:nosuch IMAGE true": older,
  "run --tz Nowhere/None IMAGE true": older,
  "run --image-volume nosuch IMAGE true": older,
  "run --cidfile /no/such/directory/file IMAGE true": older,
  "run --rootfs /no/such/directory true": older,
  "run 'nosuch@sha256:123' true": older,
  "rm --time x nosuch": older,
  "stop --time x nosuch": older,
  "run --rm -p 8080 --network host IMAGE true": older,
  "run --rm --unsetenv PATH --env X=1 IMAGE /bin/sh -c '/bin/env | /bin/sort'": older,
  "create --name idle IMAGE true": older,
  "inspect --format '{{.Config.Cmd}} {{len .Config.Env}} {{.Config.WorkingDir}} {{.Config.User}}' idle":
    older,
  "inspect --type image idle": older,
  "inspect nosuch": older,
  "container inspect nosuch": older,
  "exec --env-file /no/such/file box true": older,
  "stop -t -1 nosuch": older,
  "attach box": older,
  "volume create --opt type=bind --opt device=/no/such bound": older,
  "images --filter nosuch=1": older,
  "images --filter before=nosuch": older,
  "image inspect nosuch": older,
  "history --format '{{.CreatedBy}} {{.Size}} {{.Comment}}' IMAGE": older,
  "images --format '{{.Repository}}:{{.Tag}}' other": older,
  "load -i /no/such/file": older,
  "load -q -i archive.tar": older,
  "pull -q nosuch": older,
  "pull nosuchtransport:/x": older,
  "image prune --filter nosuch=1 -f": older,
  "volume export nosuch": older,
  "volume export one --output ''": older,
  "volume export one --output /no/dir/one.tar": older,
  "volume export one --output /": older,
  "volume import nosuch one.tar": older,
  "volume import nosuch nosuch.tar": older,
  "volume import one nosuch.tar": older,
  "volume import one /": older,
  "volume inspect nosuch": older,
  "inspect ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff": older,
  "inspect fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff": older,
  "inspect 'Bad:Name'": older,
  "inspect on": older,
  "inspect nosuch1 nosuch2": older,
  "rm --time x one": older,
  "stop --time x one": older,
  "restart --time x one": older,
  "rm --time -1 nosuch": older,
  "rm -t '' nosuch": older,
  "stop --time -1 nosuch": older,
  "stop -t '' nosuch": older,
  "restart --time -1 nosuch": older,
  "restart -t '' nosuch": older,
  "inspect --format '{{.Name}}' one nosuch two": older,
  "inspect --type container --format '{{.Name}}' one IMAGE": older,
  "ps -a --format '{{.Names}} {{.Status}} {{.State}} {{.Image}} {{.Command}}'": older,
  "inspect --format '{{.Config.StopSignal}} {{.Config.StopTimeout}} {{.Config.Umask}} {{.Config.Tty}} {{.Config.OpenStdin}}' idle":
    older,
  "ps --noheading --format 'table {{.Names}}\\t{{.State}}'": older,
  exec: older,
  "ps -a --filter name=one --format '{{.Names}} {{.State}}'": older,
  "ps -a --format '{{.Names}} {{.State}}'": older,
  "ps -a --filter label=kind=b --format '{{.Names}} {{.State}}'": older,
  "generate systemd nosuch": only5("podman 5 calls the command deprecated; tspod keeps it"),
  "commit --change NOSUCH=1 box made": only5("tspod's message names the change alone"),
  update: older,
  "update box box": older,
  "run --rm --privileged IMAGE sh -c 'ls -d /dev/tty*'": only4(
    "later Podmans give serial terminals of the host, too",
  ),
  "restart --running one": only4("later Podmans restart those of the named that run, as tspod"),
};

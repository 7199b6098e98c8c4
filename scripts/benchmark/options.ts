import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Rounds of a command that takes some hundred milliseconds. */
  readonly rounds: number;
  /** Rounds of pull, push, save and load, and of logs. */
  readonly imageRounds: number;
  /** Files of a big image. */
  readonly files: number;
  /** Containers that `ps` lists. */
  readonly containers: number;
  /** Fewer of everything. */
  readonly short: boolean;
  readonly rows: ReadonlySet<string>;
  /** Absolute path of a directory on the disk that the disk rows use. */
  readonly disk: string;
  /** Absolute path of what other-podman has made: a second podman takes part. */
  readonly podman58?: string | undefined;
  /** Absolute path of what other-docker has made: its daemon runs, and BuildKit takes part in builds. */
  readonly docker?: string | undefined;
  /** Absolute path of the Markdown file for the figures; plots go to the directory `benchmarks` beside it. */
  readonly write?: string | undefined;
}

const GROUPS = [
  "commands",
  "many",
  "lists",
  "layers",
  "logs",
  "keep-id",
  "network",
  "pods",
  "build",
  "disk",
  "memory",
];

const HELP = `Compare tspod with Debian's podman and skopeo: same user, runtime, image, file system, in turn.
Usage: bench [--short] [--rounds N] [--rows GROUP[,GROUP]...] [--disk DIRECTORY] [--podman58 DIRECTORY] [--docker DIRECTORY] [--write]
  --short      fewer rounds, smaller images
  --rounds N   of pull, push, save, load and build (default 3)
  --rows       commands (run, exec, ps, what stays in memory), disk and memory (pull, push, save and load with stores there); only when asked for:
               many (containers and calls), lists (up to 1000 containers and images), layers (up to 100), logs (writing and reading them),
               keep-id (the first such run of a big image), network (networks with names), pods (by commands, and by Kubernetes YAML), build;
               "all" for every one
  --podman58   a directory that scripts/benchmark/other-podman has made: the podman in it takes part, and all
               use its runtime (default: $PODMAN58)
  --docker     a directory that scripts/benchmark/other-docker has made: its BuildKit takes part in the rows of
               builds (root: $DOCKER, whose daemon is started; others: a daemon runs already, at its socket
               DISK/docker/socket)
  --write      write the figures to docs/benchmarks.md, too, and plots of those from 1 to 1000 beside it
  --disk       where stores are that are not in memory (default for root: a new ext4 file system; else /var/tmp)
`;

/** @returns undefined where the help was asked for, and printed */
export function parseOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: "boolean", default: false },
      rounds: { type: "string" },
      rows: { type: "string", default: "commands,disk,memory" },
      disk: { type: "string", default: "/var/tmp" },
      podman58: { type: "string" },
      docker: { type: "string" },
      write: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return undefined;
  }
  const rows = new Set(values.rows === "all" ? GROUPS : values.rows.split(","));
  const unknown = [...rows].find((name) => !GROUPS.includes(name));
  if (unknown !== undefined) throw new Error(`no rows "${unknown}": ${GROUPS.join(", ")}`);
  return {
    short: values.short,
    rounds: values.short ? 5 : 21,
    imageRounds: Number(values.rounds ?? (values.short ? 1 : 3)),
    files: values.short ? 3_000 : 15_000,
    containers: values.short ? 20 : 100,
    rows,
    disk: values.disk,
    podman58: values.podman58,
    docker: values.docker,
    write: values.write,
  };
}

import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ProgramOptions,
  type Result,
  type Running,
  runProgram,
  startProgram,
  TSPOD,
  until,
} from "./program.ts";

/** A user's home and runtime directory of its own for a test file, and tspod in it. */
export interface Host {
  /** Absolute path of a directory that `close` removes. */
  readonly directory: string;
  /** Absolute path of what tspod() runs. */
  readonly program: string;
  readonly dataDirectory: string;
  readonly runtimeDirectory: string;
  readonly configDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Run tspod to its end; `env` is added to the environment of the host. */
  tspod(args: readonly string[], options?: ProgramOptions): Promise<Result>;
  /** As tspod(), but it must end with 0: gives its stdout without the last newline. */
  ok(args: readonly string[], options?: ProgramOptions): Promise<string>;
  /** Start tspod in the background. */
  start(args: readonly string[], options?: ProgramOptions): Running;
  /** Write a registries.conf that is used from now on. */
  configureRegistries(toml: string): void;
  /** Process ids of what was started in here and still runs, with their command lines. */
  processes(): Map<number, string>;
  /** Remove all containers and files. @throws {Error} If a process or a mount is left. */
  close(): Promise<void>;
}

export interface HostOptions {
  /** What the host's tspod() runs. */
  readonly program?: string;
  /** Where its directories are made. */
  readonly parent?: string;
  /** One that is there already: where the user's systemd manager and bus are. Default: an empty one. */
  readonly runtimeDirectory?: string;
  /** containers.conf. */
  readonly configuration?: string;
  /** $PATH; default: that of this process. */
  readonly path?: string;
}

/** Short, since the paths of unix sockets are limited to 108 bytes. */
function makeDirectories({ parent = tmpdir(), runtimeDirectory }: HostOptions): {
  directory: string;
  dataDirectory: string;
  runtimeDirectory: string;
  configDirectory: string;
} {
  const directory = mkdtempSync(join(parent, "ts-"));
  const under = (name: string) => {
    mkdirSync(join(directory, name), { mode: 0o700 });
    return join(directory, name);
  };
  return {
    directory,
    dataDirectory: under("data"),
    runtimeDirectory: runtimeDirectory ?? under("run"),
    configDirectory: under("conf"),
  };
}

export function makeHost(options: HostOptions = {}): Host {
  const {
    program = TSPOD,
    configuration = '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n',
    path = process.env.PATH ?? "/usr/bin:/bin",
  } = options;
  const directories = makeDirectories(options);
  const { directory, dataDirectory, runtimeDirectory, configDirectory } = directories;
  const env = {
    PATH: path,
    HOME: directory,
    USER: process.env.USER ?? "",
    LANG: "C.UTF-8",
    XDG_DATA_HOME: dataDirectory,
    XDG_RUNTIME_DIR: runtimeDirectory,
    XDG_CONFIG_HOME: configDirectory,
    XDG_CACHE_HOME: join(directory, "cache"),
    TMPDIR: directory,
    // For podman only, which would take vfs, and copy every layer.
    STORAGE_DRIVER: "overlay",
    // A test must not depend on what the machine's owner has configured.
    CONTAINERS_REGISTRIES_CONF: join(configDirectory, "registries.conf"),
    CONTAINERS_CONF: join(configDirectory, "containers.conf"),
  };
  writeFileSync(env.CONTAINERS_CONF, configuration);
  writeFileSync(env.CONTAINERS_REGISTRIES_CONF, 'unqualified-search-registries = ["docker.io"]\n');
  const inHost = (options: ProgramOptions = {}) => ({
    cwd: directory,
    ...options,
    env: { ...env, ...options.env },
  });
  const tspod: Host["tspod"] = (args, options) => runProgram(program, args, inHost(options));
  const host: Host = {
    ...directories,
    program,
    env,
    tspod,
    async ok(args, options) {
      const result = await tspod(args, options);
      assert.equal(
        result.code,
        0,
        `tspod ${args.join(" ")}: exit ${result.code}\n${result.stdout}${result.stderr}`,
      );
      return result.stdout.replace(/\n$/, "");
    },
    start: (args, options) => startProgram(program, args, inHost(options)),
    configureRegistries: (toml) => writeFileSync(env.CONTAINERS_REGISTRIES_CONF, toml),
    processes: () => processesOf(directory),
    close: () => closeHost(host, program),
  };
  return host;
}

/**
 * Those with the directory in their command line, environment or working directory, but for this test itself.
 */
function processesOf(directory: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const commandLine = readProc(name, "cmdline").replaceAll("\0", " ").trim();
    // A zombie has no command line any more.
    if (commandLine !== "" && (commandLine + readProc(name, "environ")).includes(directory))
      found.set(pid, commandLine);
  }
  return found;
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // ended meanwhile, or another user's
  }
}

async function closeHost(host: Host, program: string): Promise<void> {
  const { directory, dataDirectory, runtimeDirectory } = host;
  if (process.env.TSPOD_TEST_KEEP) return console.error(`kept: ${directory}`);
  const removal = await host.tspod(["rm", "--all", "--force", "--time", "0"]);
  // Files of subordinate ids can only be removed inside the user namespace.
  await host.tspod(["unshare", "rm", "-rf", dataDirectory, `${runtimeDirectory}/tspod/containers`]);
  // Others keep a process for ever.
  const left = /podman$/.test(program) ? "" : await leftBehind(host);
  for (const pid of host.processes().keys()) killQuietly(pid);
  rmSync(directory, { recursive: true, force: true });
  assert.equal(removal.code, 0, `removing all containers: ${removal.stderr}`);
  assert.equal(left, "", "processes left behind");
  assert.ok(!existsSync(directory));
  assert.ok(!readFileSync("/proc/self/mountinfo", "utf8").includes(directory), "mounts left behind");
}

/** Command lines of what still runs after the keeper's time to linger. */
async function leftBehind(host: Host): Promise<string> {
  try {
    await until(() => host.processes().size === 0, "the end of all processes", 40_000);
    return "";
  } catch {
    return [...host.processes()].map(([pid, commandLine]) => `${pid} ${commandLine}`).join("\n");
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has gone
  }
}

import { resolve } from "node:path";
import type { DefaultValues } from "../../../config/default-values.ts";
import { TspodError } from "../../../errors.ts";
import type { CgroupOptions, CreateOptions, LogOptions } from "../../../options/create-options.ts";
import { checkAutoUpdate, SYSTEMD_UNIT } from "../../../options/parse/auto-update.ts";
import { parseAnnotations, parseLabelFile, parseLabels } from "../../../options/parse/key-value.ts";
import { parseLogOptions } from "../../../options/parse/log-options.ts";
import { parseIpc, parseNamespace } from "../../../options/parse/namespace.ts";
import { parseRestartPolicy } from "../../../options/parse/restart-policy.ts";
import { parseRootfs } from "../../../options/parse/rootfs.ts";
import { parseSecret } from "../../../options/parse/secret.ts";
import { parseSysctls } from "../../../options/parse/sysctl.ts";
import type { CreateContext, CreateSurroundings } from "./create-context.ts";
import type { CreateFlags } from "./create-flags.ts";
import { healthFromFlags } from "./health-from-flags.ts";
import { mountsFromFlags } from "./mounts-from-flags.ts";
import { networkFromFlags } from "./network-from-flags.ts";
import { processFromFlags } from "./process-from-flags.ts";
import { readNamedFile } from "./read-named-file.ts";
import { resourcesFromFlags, shmSizesFromFlags, ulimitsFromFlags } from "./resources-from-flags.ts";
import { securityFromFlags } from "./security-from-flags.ts";
import { refuseUnsupportedFlags, refuseUnsupportedValues } from "./unsupported.ts";
import { userNamespaceFromFlags } from "./user-namespace-from-flags.ts";

/** Longest that sethostname(2) takes. */
const HOSTNAME_MAX = 64;

/**
 * The command line of `run` or `create` and the image's config, checked and merged.
 * @param operands the image (or the root directory, with --rootfs), then the command
 * @param surroundings without an image, what the flags alone come to: for their errors, before an image is
 * pulled
 * @throws {TspodError} If a value can't be read, flags contradict each other, or one is not supported.
 */
export function createOptionsFromFlags(
  flags: CreateFlags,
  operands: readonly string[],
  surroundings: CreateSurroundings,
): CreateOptions {
  refuseUnsupportedFlags(surroundings);
  refuseUnsupportedValues(flags);
  const context: CreateContext = {
    ...surroundings,
    image: surroundings.image?.config ?? {},
    imageKnown: surroundings.image !== undefined || flags.rootfs,
  };
  const [source = "", ...args] = operands;
  const options: CreateOptions = {
    source: flags.rootfs ? parseRootfs(source, context.cwd) : { kind: "image", name: source },
    process: processFromFlags(flags, args, context),
    network: networkFromFlags(flags, context),
    security: securityFromFlags(flags, context),
    resources: resourcesFromFlags(flags),
    ...mountsFromFlags(flags, context),
    ...shmSizesFromFlags(flags),
    ...ulimitsFromFlags(flags),
    sysctls: parseSysctls(flags.sysctl),
    ...defaultSysctls(context.defaults),
    ...namespacesFromFlags(flags, context),
    ...labelsFromFlags(flags, context),
    ...lifecycleFromFlags(flags, context),
  };
  checkAutoUpdate(options.labels, source);
  checkShmSize(options, surroundings);
  if (options.hostname !== undefined && options.uts.kind !== "private") {
    throw new TspodError(
      "invalid config provided: cannot set hostname when running in the host UTS namespace: invalid configuration",
    );
  }
  return options;
}

/**
 * @throws {TspodError} If a size is asked for, not by containers.conf, where there is none of the
 * container's.
 */
function checkShmSize({ ipc }: CreateOptions, { given }: CreateSurroundings): void {
  if (!given.has("shm-size") || (ipc.kind !== "host" && ipc.kind !== "none")) return;
  throw new TspodError(
    `invalid config provided: cannot set shmsize when running in the {${ipc.kind} } IPC Namespace`,
  );
}

/** Podman's own are the same as Debian's containers.conf has: then nothing has to be noted. */
function defaultSysctls({ sysctls }: DefaultValues): Pick<CreateOptions, "defaultSysctls"> {
  return sysctls === undefined || sysctls.join() === "net.ipv4.ping_group_range=0 0"
    ? {}
    : { defaultSysctls: parseSysctls(sysctls) };
}

function namespacesFromFlags(
  flags: CreateFlags,
  context: CreateContext,
): Pick<CreateOptions, "ipc" | "pid" | "uts" | "cgroupns" | "userns" | "cgroups"> {
  if (flags.cgroups === "disabled" && flags["cgroup-parent"] !== undefined)
    throw new TspodError("cannot set cgroup parent if not creating cgroups: invalid argument");
  return {
    ipc: parseIpc(flags.ipc ?? ""),
    pid: parseNamespace(flags.pid ?? ""),
    uts: parseNamespace(flags.uts ?? ""),
    cgroupns: parseNamespace(flags.cgroupns ?? ""),
    userns: userNamespaceFromFlags(flags, context),
    cgroups: {
      mode: parseCgroupMode(flags.cgroups),
      ...(flags["cgroup-parent"] !== undefined && { parent: flags["cgroup-parent"] }),
    },
  };
}

const CGROUP_MODES = ["enabled", "disabled", "no-conmon", "split", "besteffort"] as const;

function parseCgroupMode(text: string): CgroupOptions["mode"] {
  const mode = CGROUP_MODES.find((each) => each === text);
  if (mode !== undefined) return mode;
  throw new TspodError(`running container create option: invalid cgroup mode "${text}": invalid argument`);
}

function labelsFromFlags(
  flags: CreateFlags,
  context: CreateContext,
): Pick<CreateOptions, "labels" | "annotations"> {
  const unit = context.env[SYSTEMD_UNIT];
  return {
    labels: {
      ...context.image.Labels,
      ...parseLabels([...labelsOfFiles(flags, context), ...flags.label]),
      // So that auto-update knows what to restart.
      ...(unit !== undefined && { [SYSTEMD_UNIT]: unit }),
    },
    annotations: parseAnnotations(flags.annotation),
  };
}

function labelsOfFiles(flags: CreateFlags, context: CreateContext): string[] {
  try {
    return flags["label-file"].flatMap((path) => parseLabelFile(readNamedFile(path, context)));
  } catch (cause) {
    throw new TspodError("unable to process labels", { cause });
  }
}

type LifecycleOptions = Pick<
  CreateOptions,
  | "hostname"
  | "healthcheck"
  | "healthLog"
  | "restart"
  | "log"
  | "rm"
  | "rmi"
  | "tz"
  | "passwd"
  | "hostUsers"
  | "groupEntry"
  | "passwdEntry"
  | "sdnotify"
  | "notifySocket"
  | "secrets"
  | "requires"
  | "cidFile"
  | "pidFile"
  | "monitorPidFile"
>;

function lifecycleFromFlags(flags: CreateFlags, context: CreateContext): LifecycleOptions {
  const hostname = parseHostname(flags.hostname);
  const health = healthFromFlags(flags, context);
  if (flags.sdnotify === "healthy" && context.imageKnown && health.healthcheck === undefined)
    throw new TspodError('invalid argument: sdnotify policy "healthy" requires a healthcheck to be set');
  return {
    ...(hostname !== undefined && { hostname }),
    ...health,
    restart: parseRestartPolicy(flags.restart ?? ""),
    log: withAbsolutePath(
      parseLogOptions(flags["log-driver"], flags["log-opt"], context.logDriver),
      context.cwd,
    ),
    rm: flags.rm,
    rmi: context.removesImage ?? false,
    ...(flags.tz !== undefined && flags.tz !== "" && { tz: flags.tz }),
    passwd: flags.passwd,
    ...(flags.hostuser.length > 0 && { hostUserNames: flags.hostuser }),
    hostUsers: [],
    ...(flags["group-entry"] !== undefined && { groupEntry: flags["group-entry"] }),
    ...(flags["passwd-entry"] !== undefined && { passwdEntry: flags["passwd-entry"] }),
    ...notifyFromFlags(flags, context.env),
    secrets: flags.secret.map(parseSecret),
    requires: flags.requires,
    // The monitor writes or removes them, and has another working directory.
    ...(flags.cidfile !== undefined && { cidFile: resolve(context.cwd, flags.cidfile) }),
    ...(flags.pidfile !== undefined && { pidFile: resolve(context.cwd, flags.pidfile) }),
    ...(flags["conmon-pidfile"] !== undefined && {
      monitorPidFile: resolve(context.cwd, flags["conmon-pidfile"]),
    }),
  };
}

function parseHostname(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (text.length > HOSTNAME_MAX)
    throw new TspodError(`invalid hostname "${text}": longer than ${HOSTNAME_MAX} characters`);
  return text;
}

function notifyFromFlags(
  flags: Pick<CreateFlags, "sdnotify">,
  env: CreateContext["env"],
): Pick<CreateOptions, "sdnotify" | "notifySocket"> {
  const sdnotify = parseSdNotify(flags.sdnotify);
  const socket = env.NOTIFY_SOCKET;
  return { sdnotify, ...(sdnotify !== "ignore" && socket && { notifySocket: socket }) };
}

function parseSdNotify(text: string): CreateOptions["sdnotify"] {
  if (text === "container" || text === "conmon" || text === "ignore" || text === "healthy") return text;
  throw new TspodError(
    `invalid config provided: invalid argument: invalid sdnotify value "${text}": must be conmon, container, healthy or ignore`,
  );
}

/** The monitor has another working directory. */
function withAbsolutePath(log: LogOptions, cwd: string): LogOptions {
  return log.path === undefined ? log : { ...log, path: resolve(cwd, log.path) };
}

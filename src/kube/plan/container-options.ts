import { posix } from "node:path";
import { TspodError } from "../../errors.ts";
import { parseSignal } from "../../oci/signal.ts";
import type { CreateOptions, ProcessOptions, RestartPolicy } from "../../options/create-options.ts";
import type { KubeContainer } from "../types/container.ts";
import type { PodSpec } from "../types/pod.ts";
import { withAnnotations } from "./annotations.ts";
import { containerEnv } from "./container-env.ts";
import { resourceOptions } from "./container-resources.ts";
import { groupOptions, securityOptions, userOption } from "./container-security.ts";
import { expand } from "./expand.ts";
import type { PodFacts } from "./facts.ts";
import { containerMounts, type MountSource } from "./mounts.ts";
import { probeOptions } from "./probes.ts";
import type { Workload } from "./workloads.ts";

export interface ContainerContext {
  readonly workload: Workload;
  readonly facts: PodFacts;
  /** Volumes of the pod by name. */
  readonly sources: ReadonlyMap<string, MountSource>;
  /** Absolute path of the directory of seccomp profiles. */
  readonly profileRoot: string;
  /** `once` of an init container, `sidecar` of one that runs as long as the pod. */
  readonly role: "container" | "init" | "sidecar";
}

/**
 * What one container of a pod is.
 * @param base what its image and containers.conf say
 * @throws {TspodError} If it refers to what is not there, or contradicts itself.
 */
export function containerOptions(
  base: CreateOptions,
  container: KubeContainer,
  context: ContainerContext,
): CreateOptions {
  const { workload, facts, sources, role } = context;
  const { spec, labels, annotations } = workload;
  const env = containerEnv(container, base.process.env, facts);
  const contexts = {
    pod: spec.securityContext,
    container: container.securityContext,
    profileRoot: context.profileRoot,
  };
  const { mounts, devices } = containerMounts(container, sources, env);
  const restart = restartPolicy(workload, role);
  const restarts = restart.name !== "no";
  const { healthcheck: _, ...rest } = base;
  const options: CreateOptions = {
    ...rest,
    process: {
      ...processOptions(base.process, { container, spec, env }),
      user: userOption(base.process.user, contexts),
      groups: groupOptions(base.process.groups, spec.securityContext),
    },
    security: securityOptions(base.security, contexts),
    resources: { ...base.resources, ...resourceOptions(container.resources) },
    mounts: mergeMounts(base.mounts, mounts),
    devices: [...base.devices, ...devices],
    ...(spec.hostPID && { pid: { kind: "host" } }),
    ...(spec.hostIPC && { ipc: { kind: "host" } }),
    labels: { ...base.labels, ...labels },
    annotations: { ...base.annotations, ...annotations },
    ...probeOptions(container, { env, ports: container.ports, restarts }),
    restart,
  };
  return withAnnotations(options, annotations, container.name);
}

interface ProcessParts {
  readonly container: KubeContainer;
  readonly spec: PodSpec;
  readonly env: ReadonlyMap<string, string>;
}

/** `command` is Docker's entrypoint, and drops the image's command as well; `args` is Docker's command. */
function processOptions(base: ProcessOptions, { container, spec, env }: ProcessParts): ProcessOptions {
  const { command, args, workingDir, lifecycle } = container;
  const expanded = (words: readonly string[]) => words.map((word) => expand(word, env));
  const ownCommand = command != null && command.length > 0;
  const entrypoint = ownCommand ? expanded(command) : base.entrypoint;
  const words = args != null && args.length > 0 ? expanded(args) : ownCommand ? [] : base.command;
  if (entrypoint.length + words.length === 0)
    throw new TspodError("no command specified in YAML or as CMD or ENTRYPOINT in image");
  if (workingDir && !workingDir.startsWith("/"))
    throw new TspodError(`workingDir "${workingDir}" is no absolute path`);
  return {
    ...base,
    entrypoint,
    command: words,
    env: [...env].map(([name, value]) => `${name}=${value}`),
    ...(workingDir && { workdir: posix.resolve("/", workingDir), workdirExplicit: true }),
    tty: container.tty ?? base.tty,
    openStdin: container.stdin ?? base.openStdin,
    ...(lifecycle?.stopSignal && { stopSignal: parseSignal(lifecycle.stopSignal).name }),
    stopTimeout: spec.terminationGracePeriodSeconds ?? base.stopTimeout,
    timeout: spec.activeDeadlineSeconds ?? base.timeout,
  };
}

function restartPolicy({ spec, isJob, retries }: Workload, role: ContainerContext["role"]): RestartPolicy {
  if (role === "init") return { name: "no", maximumRetries: 0 };
  if (role === "sidecar") return { name: "always", maximumRetries: 0 };
  const policy = spec.restartPolicy || "Always";
  if (policy === "Never") return { name: "no", maximumRetries: 0 };
  if (isJob || policy === "OnFailure") {
    // Without any retry it is a container that is never run again: 0 means no limit.
    if (retries === 0) return { name: "no", maximumRetries: 0 };
    return { name: "on-failure", maximumRetries: retries ?? 0 };
  }
  return { name: "always", maximumRetries: 0 };
}

/** The pod's volumes take the place of those that the image declares. */
function mergeMounts(base: CreateOptions["mounts"], own: CreateOptions["mounts"]): CreateOptions["mounts"] {
  const taken = new Set(own.map(({ destination }) => destination));
  return [...own, ...base.filter(({ destination }) => !taken.has(destination))];
}

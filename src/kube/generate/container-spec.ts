import type { ImageProcessConfig } from "../../oci/image-config.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { PortMapping } from "../../options/network-mode.ts";
import { probeFields } from "./probe-fields.ts";

/** Set by tspod itself in every container, or by what a container is. */
const OWN_VARIABLES = new Set(["container", "HOME", "HOSTNAME", "TERM", "PATH"]);
const CPU_PERIOD = 100_000;

export interface ContainerParts {
  readonly record: ContainerRecord;
  readonly name: string;
  /** What the image says, which isn't said again. */
  readonly image: ImageProcessConfig;
  readonly ports: readonly PortMapping[];
  readonly mounts: readonly object[];
}

/** A container in Kubernetes' words; its members stand in the order of their names, as Podman has them. */
export function containerSpec({ record, name, image, ports, mounts }: ContainerParts): object {
  const { process } = record.options;
  return {
    ...commandFields(process, image),
    ...nonEmpty("env", envOf(process, image)),
    image: record.image?.name ?? "",
    ...probeFields(record.options),
    name,
    ...nonEmpty("ports", ports.flatMap(portFields)),
    ...resourceFields(record.options.resources),
    ...securityFields(record.options),
    ...(process.openStdin && { stdin: true }),
    ...(process.tty && { tty: true }),
    ...nonEmpty("volumeMounts", mounts),
    ...(process.workdirExplicit && { workingDir: process.workdir }),
  };
}

/** The list under its name, unless it is empty. */
export function nonEmpty(name: string, list: readonly unknown[]): object {
  return list.length === 0 ? {} : { [name]: list };
}

function commandFields({ entrypoint, command }: CreateOptions["process"], image: ImageProcessConfig): object {
  const same = (a: readonly string[], b: readonly string[] | null | undefined) =>
    a.join("\0") === (b ?? []).join("\0");
  const ownEntrypoint = !same(entrypoint, image.Entrypoint);
  const ownCommand = !same(command, image.Cmd);
  if (!ownEntrypoint && !ownCommand) return {};
  if (entrypoint.length === 0) return { command };
  return {
    ...(command.length > 0 && { args: command }),
    ...(ownEntrypoint && { command: entrypoint }),
  };
}

function envOf({ env }: CreateOptions["process"], image: ImageProcessConfig): object[] {
  const known = new Set(image.Env ?? []);
  return env.flatMap((entry) => {
    const at = entry.indexOf("=");
    const name = entry.slice(0, at);
    if (known.has(entry) || OWN_VARIABLES.has(name)) return [];
    // A "$(" in a value is no reference: doubled, it is taken literally.
    return [{ name, value: entry.slice(at + 1).replaceAll("$(", "$$$$(") }];
  });
}

function portFields({ hostIp, hostPort, containerPort, range, protocol }: PortMapping): object[] {
  return Array.from({ length: range }, (_, offset) => ({
    containerPort: containerPort + offset,
    ...(hostIp !== "" && { hostIP: hostIp }),
    hostPort: hostPort + offset,
    ...(protocol !== "tcp" && { protocol: protocol.toUpperCase() }),
  }));
}

function resourceFields({
  memory,
  cpuQuota,
  cpuPeriod,
  nanoCpus,
  memoryReservation,
}: CreateOptions["resources"]): object {
  const cpus =
    nanoCpus !== undefined
      ? nanoCpus / 1e9
      : cpuQuota !== undefined && cpuQuota > 0
        ? cpuQuota / (cpuPeriod ?? CPU_PERIOD)
        : undefined;
  const limits = {
    ...(cpus !== undefined && { cpu: `${Math.round(cpus * 1000)}m` }),
    ...(memory !== undefined && { memory: `${memory}` }),
  };
  const requests = memoryReservation === undefined ? {} : { memory: `${memoryReservation}` };
  const resources = {
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(Object.keys(requests).length > 0 && { requests }),
  };
  return Object.keys(resources).length > 0 ? { resources } : {};
}

function securityFields({ security, process }: CreateOptions): object {
  const [uid = "", gid] = process.user.split(":");
  const { capAdd, capDrop } = security;
  const capabilities = { ...nonEmpty("add", capAdd), ...nonEmpty("drop", capDrop) };
  const fields = {
    ...(security.noNewPrivileges && { allowPrivilegeEscalation: false }),
    ...(Object.keys(capabilities).length > 0 && { capabilities }),
    ...(security.privileged && { privileged: true }),
    ...(security.unmask.includes("ALL") && { procMount: "Unmasked" }),
    ...(security.readOnly && { readOnlyRootFilesystem: true }),
    ...(/^\d+$/.test(uid) && { runAsUser: Number(uid) }),
    ...(gid !== undefined && /^\d+$/.test(gid) && { runAsGroup: Number(gid) }),
    ...(security.seccomp?.kind === "unconfined" && { seccompProfile: { type: "Unconfined" } }),
  };
  return Object.keys(fields).length === 0 ? {} : { securityContext: fields };
}

import type { Call } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import type { Container } from "../../container/state/list.ts";
import { TspodError } from "../../errors.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import { programFile } from "../../os/program-files.ts";
import { infraOf, type Pod } from "../../pod/state/pods.ts";
import type {
  PodMemberUnit,
  UnitContainer,
  UnitOptions,
  UnitPod,
} from "../../systemd/generate/unit-options.ts";
import { splitCreateCommand, splitPodCreateCommand } from "./create-command.ts";

/**
 * What a unit says of a container.
 * @throws {TspodError} If it is an init container, which no unit can stand for.
 */
export async function describeContainer<T extends FlagTable>(
  call: Call<T>,
  { record, paths }: Container,
  options: UnitOptions,
): Promise<UnitContainer> {
  const { process, monitorPidFile, pod } = record.options;
  if (pod?.init !== undefined)
    throw new TspodError(
      `unsupported container ${record.id}: cannot generate systemd units for init containers`,
    );
  if (!options.new) warnOfRestartPolicy(call, record);
  return {
    id: record.id,
    name: record.name,
    stopTimeout: process.stopTimeout,
    monitorPidFile: monitorPidFile ?? paths.monitorPidFile,
    runtimeDirectory: call.runtimeDirectory,
    env: process.env,
    program: programFile,
    createCommand: options.new
      ? splitCreateCommand(
          record.createCommand,
          (await import("../container/lifecycle/run.ts")).command.flags,
        )
      : undefined,
  };
}

/** systemd ends the unit while the monitor starts the container again. */
function warnOfRestartPolicy<T extends FlagTable>(call: Call<T>, { id, options }: ContainerRecord): void {
  const { name } = options.restart;
  if (name === "no") return;
  call.warn(
    `WARN[0000] Container ${id} has restart policy "${name}" which can lead to issues on shutdown: consider recreating the container without a restart policy and use systemd's restart mechanism instead`,
  );
}

/**
 * What units say of a pod and its containers.
 * @throws {TspodError} In Podman's words, if it has no infra container, whose monitor the main process is.
 */
export async function describePod<T extends FlagTable>(
  call: Call<T>,
  pod: Pod,
  options: UnitOptions,
): Promise<UnitPod> {
  const { record, members } = pod;
  const infra = infraOf(pod);
  if (infra === undefined)
    throw new TspodError(`generating systemd unit files: Pod "${record.name}" has no infra container`);
  const others = members.filter((member) => member !== infra);
  const { process, monitorPidFile } = infra.record.options;
  return {
    id: record.id,
    name: record.name,
    infra: {
      id: infra.record.id,
      name: infra.record.name,
      stopTimeout: options.stopTimeout ?? process.stopTimeout,
      monitorPidFile: monitorPidFile ?? infra.paths.monitorPidFile,
    },
    runtimeDirectory: call.runtimeDirectory,
    program: programFile,
    createCommand: options.new
      ? splitPodCreateCommand(record.createCommand, (await import("../pod/create.ts")).command.flags)
      : undefined,
    members: await Promise.all(others.map((member) => describeMember(call, member, options))),
  };
}

async function describeMember<T extends FlagTable>(
  call: Call<T>,
  member: Container,
  options: UnitOptions,
): Promise<PodMemberUnit> {
  return {
    container: await describeContainer(call, member, options),
    needs: member.record.options.requires,
  };
}

import { TspodError } from "../../errors.ts";
import { unitArgument } from "../unit-file/quote.ts";
import {
  checkRestartPolicy,
  containerUnit,
  inLines,
  STOP_GRACE_SECONDS,
  setting,
  type Unit,
  unitHeading,
  unitName,
} from "./container-unit.ts";
import type { PodCreateCommand, PodMemberUnit, UnitOptions, UnitPod } from "./unit-options.ts";

/** Flags of `pod create` that the unit sets itself. */
const SET_BY_UNIT = ["--pod-id-file", "--infra-conmon-pidfile"];

/**
 * The units of a pod, as Podman writes them: that of the pod, whose main process is infra's monitor, and one
 * for each container, which does not run without it. `systemctl start` of the pod's starts all.
 * @throws {TspodError} As containerUnit(), or with a template.
 * @see podman-generate-systemd(1)
 */
export function podUnits(pod: UnitPod, options: UnitOptions): Unit[] {
  if (options.template) throw new TspodError("--template is not supported for pods");
  checkRestartPolicy(options);
  const name = unitName(options.name ? pod.name : pod.id, options.podPrefix, options);
  const members = pod.members.map((member) => memberUnit(pod, member, { options, podService: name }));
  return [{ name, text: podText(pod, name, { options, members }) }, ...members];
}

function memberUnit(
  { members }: UnitPod,
  { container, needs }: PodMemberUnit,
  { options, podService }: { readonly options: UnitOptions; readonly podService: string },
): Unit {
  const service = ({ id, name }: { readonly id: string; readonly name: string }) =>
    unitName(options.name ? name : id, options.containerPrefix, options);
  const others = members.filter((other) => needs.includes(other.container.id));
  const boundTo = [podService, ...others.map((other) => service(other.container))].sort();
  const inPod = { boundTo, podIdFile: podIdFile(podService) };
  return containerUnit({ ...container, inPod }, options);
}

function podText(
  pod: UnitPod,
  name: string,
  { options, members }: { readonly options: UnitOptions; readonly members: readonly Unit[] },
): string {
  const services = members
    .map((unit) => `${unit.name}.service`)
    .sort()
    .join(" ");
  const stopTimeout = options.stopTimeout ?? pod.infra.stopTimeout;
  return [
    `# ${name}.service`,
    ...options.header.map((line) => `# ${line}`),
    "",
    ...unitHeading(name, options),
    `RequiresMountsFor=${unitArgument(pod.runtimeDirectory)}`,
    `Wants=${services}`,
    `Before=${services}`,
    "",
    "[Service]",
    "Environment=PODMAN_SYSTEMD_UNIT=%n",
    `Restart=${options.restartPolicy ?? "on-failure"}`,
    ...setting("RestartSec", String(options.restartSec || "")),
    `TimeoutStopSec=${STOP_GRACE_SECONDS + stopTimeout}`,
    ...(options.new ? newCommands(pod, name, stopTimeout) : existingCommands(pod, options, stopTimeout)),
    "Type=forking",
    "",
    "[Install]",
    "WantedBy=default.target",
    "",
  ].join("\n");
}

/** The pod is there, and stays. */
function existingCommands({ infra, program }: UnitPod, { name }: UnitOptions, stopTimeout: number): string[] {
  const called = name ? infra.name : infra.id;
  const command = unitArgument(program);
  const stop = `${command} stop  \\\n\t-t ${stopTimeout} ${called}`;
  return [
    `ExecStart=${command} start ${called}`,
    `ExecStop=${stop}`,
    `ExecStopPost=${stop}`,
    `PIDFile=${unitArgument(infra.monitorPidFile)}`,
  ];
}

function podIdFile(service: string): string {
  return `%t/${service}.pod-id`;
}

/** The pod is made at each start and gone after each stop. */
function newCommands(pod: UnitPod, service: string, stopTimeout: number): string[] {
  const { createCommand } = pod;
  if (createCommand === undefined)
    throw new TspodError(`cannot use --new on pod "${pod.id}": no create command found`);
  const idFile = podIdFile(service);
  const pidFile = `%t/${service}.pid`;
  const quoted = (words: readonly string[]) => words.map((word) => unitArgument(word));
  const begin = quoted([pod.program, ...createCommand.globalArguments]);
  const create = [
    ...[...begin, "pod", "create", "--infra-conmon-pidfile", pidFile, "--pod-id-file", idFile],
    ...quoted(createArguments(createCommand)),
  ];
  const command = (...words: string[]) => inLines([...begin, "pod", ...words]);
  return [
    // What a crash has left: a file that is there is not written over.
    `ExecStartPre=/bin/rm \\\n\t-f ${pidFile} ${idFile}`,
    `ExecStartPre=${inLines(create)}`,
    `ExecStart=${command("start", "--pod-id-file", idFile)}`,
    `ExecStop=${command("stop", "--ignore", "--pod-id-file", idFile)}  \\\n\t-t ${stopTimeout}`,
    `ExecStopPost=${command("rm", "--ignore", "-f", "--pod-id-file", idFile)}`,
    `PIDFile=${pidFile}`,
  ];
}

/** Those that were typed, without what the unit sets; a pod that a crash has left is replaced. */
function createArguments({ podArguments, named, replace }: PodCreateCommand): string[] {
  const isPolicy = (word: string) => word === "--exit-policy" || word.startsWith("--exit-policy=");
  const replaces = named && !replace;
  return [
    ...(podArguments.some(isPolicy) ? [] : ["--exit-policy=stop"]),
    ...kept(podArguments).filter((word) => !replaces || word !== "--replace=false"),
    ...(replaces ? ["--replace"] : []),
  ];
}

function kept(words: readonly string[]): string[] {
  const others: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (SET_BY_UNIT.includes(word)) at += 1;
    else if (!SET_BY_UNIT.some((flag) => word.startsWith(`${flag}=`))) others.push(word);
  }
  return others;
}

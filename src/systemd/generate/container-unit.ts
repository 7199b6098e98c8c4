import { TspodError } from "../../errors.ts";
import { isFileName } from "../../oci/file-name.ts";
import { unitArgument } from "../unit-file/quote.ts";
import { CID_FILE, startCommand } from "./start-command.ts";
import { RESTART_POLICIES, type UnitContainer, type UnitOptions } from "./unit-options.ts";

/** systemd is to wait longer than we do: its own end of a service is a kill. */
export const STOP_GRACE_SECONDS = 60;

/** A unit: `container-web` for container-web.service, and what is in it. */
export interface Unit {
  readonly name: string;
  readonly text: string;
}

/**
 * A systemd unit for a container, as Podman 4.3 writes it.
 * @throws {TspodError} If the restart policy is none, or there is no command to make the container anew by.
 * @see podman-generate-systemd(1)
 */
export function containerUnit(container: UnitContainer, options: UnitOptions): Unit {
  checkRestartPolicy(options);
  const called = options.name ? container.name : container.id;
  const name = unitName(called, options.containerPrefix, options);
  const lines = [
    `# ${name}${options.template ? "@" : ""}.service`,
    ...options.header.map((line) => `# ${line}`),
    "",
    ...unitSection(name, container, options),
    "",
    "[Service]",
    ...environmentLines(container, options),
    ...timing(container, options),
    ...(options.new ? newCommands(name, container, options) : existingCommands(called, container, options)),
    "",
    "[Install]",
    "WantedBy=default.target",
    "",
  ];
  return { name, text: lines.join("\n") };
}

/** @throws {TspodError} If systemd has none of that name. */
export function checkRestartPolicy({ restartPolicy }: Pick<UnitOptions, "restartPolicy">): void {
  if (restartPolicy === undefined || RESTART_POLICIES.some((name) => name === restartPolicy)) return;
  throw new TspodError(`${restartPolicy} is not a valid restart policy`);
}

/**
 * The name of a unit, without `.service`.
 * @throws {TspodError} If it can't be that of a unit's file, or one that is asked for has no unit's name.
 */
export function unitName(called: string, prefix: string, options: UnitOptions): string {
  for (const unit of [...options.wants, ...options.after, ...options.requires])
    if (!UNITS.test(unit)) throw new TspodError(`${JSON.stringify(unit)} is not the name of a unit`);
  const name = prefix === "" ? called : `${prefix}${options.separator}${called}`;
  const file = `${name}${options.template ? "@" : ""}.service`;
  if (/^[\w:.@\\-]+$/.test(file) && isFileName(file)) return name;
  throw new TspodError(
    `${JSON.stringify(file)} can't be the name of a unit: give another prefix or separator`,
  );
}

/** One or several with blanks between them, with systemd's specifiers. @see systemd.unit(5) */
const UNITS = /^[\w:.@\\%-]+(?: +[\w:.@\\%-]+)*$/;

function unitSection(name: string, container: UnitContainer, options: UnitOptions): string[] {
  const { wants, after, requires } = options;
  const asked = [
    ...setting("Wants", wants.join(" ")),
    ...setting("After", after.join(" ")),
    ...setting("Requires", requires.join(" ")),
  ];
  const bound = (container.inPod?.boundTo ?? []).map((service) => `${service}.service`).join(" ");
  return [
    ...unitHeading(name, options),
    `RequiresMountsFor=${options.new ? "%t/tspod" : unitArgument(container.runtimeDirectory)}`,
    ...setting("BindsTo", bound),
    ...setting("After", bound),
    ...(asked.length === 0 ? [] : ["", "# User-defined dependencies", ...asked]),
  ];
}

/** What every unit begins with. */
export function unitHeading(name: string, { template }: Pick<UnitOptions, "template">): string[] {
  return [
    "[Unit]",
    `Description=tspod ${name}.service${template ? " for %I" : ""}`,
    "Documentation=man:tspod-generate-systemd(1)",
    "Wants=network-online.target",
    "After=network-online.target",
  ];
}

/** Nothing where there is nothing to say. */
export function setting(key: string, value: string): string[] {
  return value === "" ? [] : [`${key}=${value}`];
}

function environmentLines({ env, createCommand }: UnitContainer, options: UnitOptions): string[] {
  // `--env NAME` took the value from the environment of its time, which a unit does not have.
  const copied = options.new ? (createCommand?.env.filter((name) => !name.includes("=")) ?? []) : [];
  const taken = copied.flatMap((name) => env.filter((entry) => entry.startsWith(`${name}=`)));
  return [
    `Environment=PODMAN_SYSTEMD_UNIT=%n${options.template ? "-%i" : ""}`,
    ...setting("Environment", taken.map((entry) => unitArgument(entry)).join(" ")),
    ...options.env.map((entry) => `Environment=${unitArgument(entry)}`),
  ];
}

function timing(container: UnitContainer, options: UnitOptions): string[] {
  const { policy, burst } = restartOf(container, options);
  return [
    `Restart=${policy}`,
    ...setting("RestartSec", String(options.restartSec ?? "")),
    ...setting("StartLimitBurst", burst),
    ...setting("TimeoutStartSec", options.startTimeout === 0 ? "" : String(options.startTimeout)),
    `TimeoutStopSec=${STOP_GRACE_SECONDS + stopTimeoutOf(container, options)}`,
  ];
}

/** The policy that was asked for; otherwise the one that the container was made with, in systemd's words. */
function restartOf(
  { createCommand }: UnitContainer,
  options: UnitOptions,
): { policy: string; burst: string } {
  const restart = options.new ? (createCommand?.restart ?? "") : "";
  if (options.restartPolicy !== undefined || restart === "")
    return { policy: options.restartPolicy ?? "on-failure", burst: "" };
  const [policy = "", burst = ""] = restart.split(":", 2);
  const words: Readonly<Record<string, string>> = { "unless-stopped": "always", never: "no" };
  return { policy: words[policy] ?? policy, burst };
}

function stopTimeoutOf(container: UnitContainer, options: UnitOptions): number {
  return options.stopTimeout ?? container.stopTimeout;
}

/** The container is there, and stays. */
function existingCommands(called: string, container: UnitContainer, options: UnitOptions): string[] {
  const program = unitArgument(container.program);
  const stop = `${program} stop  \\\n\t-t ${stopTimeoutOf(container, options)} ${called}`;
  return [
    `ExecStart=${program} start ${called}`,
    `ExecStop=${stop}`,
    `ExecStopPost=${stop}`,
    `PIDFile=${unitArgument(container.monitorPidFile)}`,
    "Type=forking",
  ];
}

/** The container is made at each start and gone after each stop. */
function newCommands(serviceName: string, container: UnitContainer, options: UnitOptions): string[] {
  if (container.createCommand === undefined) {
    throw new TspodError(
      `cannot use --new on container "${container.id}": no create command found: only works on containers created directly with tspod`,
    );
  }
  const program = unitArgument(container.program);
  const start = startCommand(container.createCommand, {
    program: container.program,
    serviceName,
    template: options.template,
    podIdFile: container.inPod?.podIdFile,
  });
  const ending = `\\\n\t--ignore -t ${stopTimeoutOf(container, options)} \\\n\t--cidfile=${CID_FILE}`;
  return [
    `ExecStartPre=/bin/rm \\\n\t-f ${CID_FILE}`,
    `ExecStart=${inLines(start)}`,
    `ExecStop=${program} stop ${ending}`,
    `ExecStopPost=${program} rm \\\n\t-f ${ending}`,
    "Type=notify",
    "NotifyAccess=all",
  ];
}

/** A command line with a line for each word that looks like a flag. */
export function inLines(words: readonly string[]): string {
  return words
    .map((word, at) => (at === 0 ? word : `${word.startsWith("-") ? " \\\n\t" : " "}${word}`))
    .join("");
}

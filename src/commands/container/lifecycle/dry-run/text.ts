import { basename } from "node:path";
import type { ContainerPaths } from "../../../../container/state/paths.ts";
import type { AttachedNetwork } from "../../../../network/attached-network.ts";
import { shortId } from "../../../../oci/short-id.ts";
import { sourceName } from "../../../../options/container-record.ts";
import type { PlanKey, PlanRecord } from "../../../../protocol/plan.ts";
import type { PlannedContainer } from "./script.ts";
import { joinedModes, settingLines } from "./setting-flags.ts";
import type { Setting } from "./settings.ts";

/** What the monitor's records mean, for those that do something to see. */
const STEPS: Readonly<Partial<Record<PlanKey, (args: readonly string[]) => string>>> = {
  prepare: (argv) => argv.join(" "),
  mount: ([source = "", target = "", type = "", , data = ""]) =>
    `mount ${type === "" ? "--bind" : `-t ${type}`} ${source} ${target}${data === "" ? "" : ` -o ${data}`}`,
  netns: ([path = ""]) => `a network namespace, at ${path}`,
  network: (argv) => argv.join(" "),
  "network-request": ([request = ""]) => `ask slirp4netns for ${request}`,
  "network-relay": ([, , , ...forwards]) => `serve ports: ${forwards.map(forwardText).join(", ")}`,
  create: (argv) => argv.join(" "),
  start: (argv) => argv.join(" "),
  log: ([driver = "", ...rest]) => `log: ${[driver, ...rest.slice(0, 1)].join(" ")}`,
  restart: ([policy = ""]) => `run it again: ${policy}`,
  health: ([interval = ""]) => `a health check every ${Number(interval) / 1000} s`,
  "remove-dir": ([path = ""]) => `afterwards, remove ${path}`,
};

/** `tcp,127.0.0.1,8080,10.0.2.100,80` of `network-relay`: protocol.h. */
function forwardText(forward: string): string {
  const [protocol, host, hostPort, address, port] = forward.split(",");
  return `${host}:${hostPort}/${protocol} to ${address}:${port}`;
}

/** What would be done, for people. */
export function planText(
  { record, paths, steps, networks }: PlannedContainer,
  settings: readonly Setting[],
): string[] {
  const joined = joinedModes(settings);
  const own = joined.filter(({ source }) => source !== "default");
  const defaults = joined.filter(({ source, value }) => source === "default" && !isNothing(value));
  const shortened = shortener(paths, steps);
  return [
    "Nothing was done. This is what would be:",
    "",
    `Container  ${record.name}`,
    `Image      ${sourceName(record)}`,
    `Runtime    ${record.runtime.path}`,
    `$C         ${paths.directory}`,
    `$R         ${paths.runtime}`,
    "",
    "Steps, in the user's namespaces:",
    ...[...steps.flatMap(stepLine), ...networks.map(networkStep)].map(
      (line, index) => `${String(index + 1).padStart(3)}. ${shortened(line)}`,
    ),
    "",
    "Settings, and where they come from:",
    ...sourcedLines(own),
    "",
    "Defaults:",
    ...sourcedLines(defaults),
  ];
}

function networkStep({ name, interface: device, addresses, names }: AttachedNetwork): string {
  const ips = addresses.map(({ ip, prefix }) => `${ip}/${prefix}`).join(" ");
  return `join the network ${name}: ${device} ${ips}, known as ${names.join(", ")}`;
}

function stepLine([key, ...args]: PlanRecord): string[] {
  const describe = STEPS[key];
  return describe === undefined ? [] : [describe(args)];
}

/** `$C`, `$R` and `$ID` stand for the container's directories and its ID, most of a step's width. */
function shortener(
  { directory, runtime }: ContainerPaths,
  steps: readonly PlanRecord[],
): (line: string) => string {
  const id = basename(directory);
  const layers = steps.flatMap((step) => step.join(":").match(/\b[\da-f]{64}(?=\/fs\b)/g) ?? []);
  return (line) =>
    layers
      .reduce((text, layer) => text.replaceAll(layer, `${shortId(layer)}…`), line)
      .replaceAll(directory, "$C")
      .replaceAll(runtime, "$R")
      .replaceAll(`../containers/${id}`, "$C")
      .replaceAll(id, "$ID");
}

function sourcedLines(settings: readonly Setting[]): string[] {
  const lines = settingLines(settings);
  const width = Math.min(40, Math.max(0, ...lines.map(({ text }) => text.length)));
  return lines.map(({ text, source }) =>
    source === "default" ? `  ${text}` : `  ${text.padEnd(width)}  (${source})`,
  );
}

function isNothing(value: unknown): boolean {
  return value === false || value === "" || value === 0 || (Array.isArray(value) && value.length === 0);
}

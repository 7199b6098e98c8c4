import type { AttachedNetwork } from "../../../../network/attached-network.ts";
import type { PlanKey, PlanRecord } from "../../../../protocol/plan.ts";
import type { PlannedContainer } from "./script.ts";
import type { Setting } from "./settings.ts";

/** What the monitor's records mean, for those that do something to see. */
const STEPS: Readonly<Partial<Record<PlanKey, (args: readonly string[]) => string>>> = {
  prepare: (argv) => argv.join(" "),
  mount: ([source = "", target = "", type = "", , data = ""]) =>
    `mount ${type === "" ? "--bind" : `-t ${type}`} ${source} ${target}${data === "" ? "" : ` -o ${data}`}`,
  netns: ([path = ""]) => `a network namespace, at ${path}`,
  network: (argv) => argv.join(" "),
  "network-request": ([request = ""]) => `ask slirp4netns for ${request}`,
  create: (argv) => argv.join(" "),
  start: (argv) => argv.join(" "),
  log: ([driver = "", ...rest]) => `log: ${[driver, ...rest.slice(0, 1)].join(" ")}`,
  restart: ([policy = ""]) => `run it again: ${policy}`,
  health: ([interval = ""]) => `a health check every ${Number(interval) / 1000} s`,
  "remove-dir": ([path = ""]) => `afterwards, remove ${path}`,
};

/** What would be done, for people. */
export function planText(
  { record, steps, networks }: PlannedContainer,
  settings: readonly Setting[],
): string[] {
  const own = settings.filter(({ source }) => source !== "default");
  const defaults = settings.filter(({ source, value }) => source === "default" && !isNothing(value));
  return [
    "Nothing was done. This is what would be:",
    "",
    `Container  ${record.name}`,
    `Image      ${record.image?.name ?? record.options.imageText}`,
    `Runtime    ${record.runtime.path}`,
    "",
    "Steps, in the user's namespaces:",
    ...[...steps.flatMap(stepLine), ...networks.map(networkStep)].map(
      (line, index) => `${String(index + 1).padStart(3)}. ${line}`,
    ),
    "",
    "Settings, and where they come from:",
    ...settingLines(own),
    "",
    "Defaults:",
    ...settingLines(defaults),
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

function settingLines(settings: readonly Setting[]): string[] {
  const width = Math.max(0, ...settings.map(({ name }) => name.length));
  return settings.map(({ name, value, source }) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `  ${name.padEnd(width)}  ${text}${source === "default" ? "" : `  (${source})`}`;
  });
}

function isNothing(value: unknown): boolean {
  return value === false || value === "" || value === 0 || (Array.isArray(value) && value.length === 0);
}

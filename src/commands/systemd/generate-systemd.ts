import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { toJson } from "../../cli/output/json.ts";
import { PRODUCT_VERSION } from "../../config/product-version.ts";
import { findContainer } from "../../container/state/find.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import { parseEnvEntry } from "../../options/parse/env.ts";
import { containerUnit, type Unit } from "../../systemd/generate/container-unit.ts";
import { RESTART_POLICIES, type UnitOptions } from "../../systemd/generate/unit-options.ts";
import { engineOf } from "../flags/engine-of.ts";
import { describeContainer, describePod } from "./describe-units.ts";
import { unixDate } from "./unix-date.ts";

/** Podman's words, which stand behind its help, and before its units on stderr. */
const DEPRECATED = [
  "DEPRECATED command:",
  "It is recommended to use Quadlets for running containers and pods under systemd.",
  "Please refer to tspod-systemd.unit(5) for details.",
];

const dependency = { type: "list", value: "UNIT" } as const;

const flags = {
  after: { ...dependency, help: "Start after this unit" },
  "container-prefix": {
    type: "string",
    default: "container",
    value: "PREFIX",
    help: "What the unit's name begins with",
  },
  env: {
    type: "list",
    short: "e",
    value: "NAME[=VALUE]",
    help: "Set this in the unit's environment; without a value, as it is now",
  },
  files: {
    type: "boolean",
    short: "f",
    help: "Write NAME.service into the working directory, and print its path",
  },
  format: { type: "string", value: "FORMAT", help: "Print the units by their names: json" },
  name: { type: "boolean", short: "n", help: "Use names, not IDs" },
  new: { type: "boolean", help: "Make the container anew at each start" },
  "no-header": { type: "boolean", help: "Don't say which version wrote it, and when" },
  "pod-prefix": {
    type: "string",
    default: "pod",
    value: "PREFIX",
    help: "What the name of a pod's unit begins with",
  },
  requires: { ...dependency, help: "Start with this unit, and not without it" },
  "restart-policy": {
    type: "string",
    value: "POLICY",
    help: `When systemd starts it again: ${RESTART_POLICIES.join(", ")} (default on-failure)`,
  },
  "restart-sec": { type: "int", unsigned: true, value: "SECONDS", help: "Wait so long before that" },
  separator: { type: "string", default: "-", value: "TEXT", help: "Between the prefix and the name" },
  "start-timeout": {
    type: "int",
    unsigned: true,
    value: "SECONDS",
    help: "How long a start may take",
  },
  "stop-timeout": {
    type: "int",
    unsigned: true,
    value: "SECONDS",
    help: "How long the container has to end by itself",
  },
  template: { type: "boolean", help: "Write a unit that can have several instances; implies --new" },
  time: { type: "int", unsigned: true, short: "t", hidden: true, help: "The same as --stop-timeout" },
  wants: { ...dependency, help: "Start with this unit, where that can be" },
} as const satisfies FlagTable;

type GenerateCall = Call<typeof flags>;

export const command = defineCommand({
  name: "generate systemd",
  operands: "CONTAINER|POD",
  summary: "[DEPRECATED] Generate systemd units for a container or a pod",
  description:
    `${DEPRECATED.join(" ")}\n\n` +
    "Prints a unit that starts and stops a container; of a pod one for itself and one for each of its containers, which all run or none. Put it into ~/.config/systemd/user, run `systemctl --user daemon-reload`, and it is like any other service. " +
    "Without --new it starts the container that is there. With --new each start makes a container of the command line that made this one, and each stop removes it.\n\n" +
    "For its output in the journal, a container without --new has to be made with --log-driver journald; with --new the journal is where it goes.",
  examples: [
    { line: "tspod generate systemd --new --files --name web", help: "container-web.service" },
    { line: "tspod generate systemd --new --files --name shop", help: "a pod: pod-shop.service and others" },
    {
      line: "tspod generate systemd --restart-policy always --stop-timeout 1 web",
      help: "a unit for the container that is there, restarted whenever it ends",
    },
  ],
  flags,
  minOperands: 1,
  maxOperands: 1,
  complete: "container-or-pod",
  check({ flags, given }) {
    if (given.has("stop-timeout") && given.has("time"))
      return "stop-timeout and time are redundant and cannot be used together";
    if (flags.template && given.has("new") && !flags.new) return "--template cannot be set with --new=false";
    return flags.format === undefined || ["", "json"].includes(flags.format)
      ? undefined
      : `unknown --format argument: ${flags.format}`;
  },
  async run(call) {
    const [operand = ""] = call.operands;
    const made = await units(call, operand, unitOptions(call));
    for (const line of DEPRECATED) call.warn(line);
    print(call, made);
  },
});

/** @throws {NotFoundError} In Podman's words, if neither a container nor a pod goes by that. */
async function units(call: GenerateCall, operand: string, options: UnitOptions): Promise<Unit[]> {
  const engine = engineOf(call);
  try {
    const container = findContainer(engine, operand);
    return [containerUnit(await describeContainer(call, container, options), options)];
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  const { findPod } = await import("../../pod/state/pods.ts");
  try {
    const pod = findPod(engine, operand);
    const { podUnits } = await import("../../systemd/generate/pod-units.ts");
    return podUnits(await describePod(call, pod, options), options);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new NotFoundError(
      `${operand} does not refer to a container or pod: no pod with name or ID ${operand} found: no such pod: no container with name or ID "${operand}" found: no such container`,
    );
  }
}

function unitOptions(call: GenerateCall): UnitOptions {
  const { flags, env } = call;
  return {
    new: flags.new || flags.template,
    name: flags.name,
    template: flags.template,
    restartPolicy: flags["restart-policy"],
    restartSec: flags["restart-sec"],
    stopTimeout: flags["stop-timeout"] ?? flags.time,
    startTimeout: flags["start-timeout"] ?? 0,
    containerPrefix: flags["container-prefix"],
    podPrefix: flags["pod-prefix"],
    separator: flags.separator,
    wants: flags.wants,
    after: flags.after,
    requires: flags.requires,
    env: flags.env.flatMap((text) => parseEnvEntry(text, env).map((pair) => pair.join("="))),
    header: flags["no-header"]
      ? []
      : [`autogenerated by tspod ${PRODUCT_VERSION}`, unixDate(new Date(), env.TZ)],
  };
}

function print(call: GenerateCall, all: readonly Unit[]): void {
  const shown = all.map((unit): readonly [string, string] => {
    const path = join(call.cwd, `${unit.name}.service`);
    if (call.flags.files) writeUnit(path, unit.text);
    return [unit.name, call.flags.files ? path : unit.text];
  });
  if (call.flags.format === "json") call.print(escapeHtml(toJson(Object.fromEntries(shown), 1)));
  else
    for (const [, text] of shown)
      if (call.flags.files) call.print(text);
      else call.write(text);
}

function writeUnit(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new TspodError(`writing "${path}"`, { cause });
  }
}

/** Escapes HTML, as Go's encoder does by default. */
function escapeHtml(json: string): string {
  return json.replace(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
}

import { basename } from "node:path";
import { TspodError } from "../../errors.ts";
import { fillSpecifiers, type SpecifierValues } from "../unit-file/specifiers.ts";
import type { GeneratedService } from "./generate.ts";

/** One of a unit's commands: arguments, with tspod itself as the first. */
export type Command = readonly string[];

export interface RunPlanOptions extends Omit<SpecifierValues, "unit"> {
  /** Leave the container in the background. */
  readonly detach: boolean;
}

/**
 * The commands that a quadlet's service would run, first those of the quadlets that it needs.
 * @param services of all quadlets that may be needed
 * @throws {TspodError} If there is no service for the file, or a specifier only systemd knows.
 */
export function runPlan(
  services: readonly GeneratedService[],
  fileName: string,
  options: RunPlanOptions,
): Command[] {
  const plan = new Map<string, Command>();
  const visit = (name: string, path: readonly string[]): void => {
    if (plan.has(name)) return;
    if (path.includes(name)) throw new TspodError(`${[...path, name].join(" needs ")}: a circle`);
    const service = services.find(({ quadlet }) => quadlet.fileName === basename(name));
    if (service === undefined) throw new TspodError(`no service comes of ${name}`);
    const isLast = path.length === 0;
    for (const needed of service.requires) visit(needed, [...path, name]);
    plan.set(name, commandOf(service, { ...options, detach: !isLast || options.detach }));
  };
  visit(fileName, []);
  return [...plan.values()];
}

function commandOf({ quadlet, name, alone }: GeneratedService, options: RunPlanOptions): Command {
  const words = alone.map((word) => fillSpecifiers(word, { ...options, unit: name }));
  if (quadlet.kind !== "container" || !options.detach) return words;
  return words.toSpliced(words.indexOf("run", 1) + 1, 0, "-d");
}

import { TspodError } from "../../errors.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { AUTO_UPDATE_LABEL } from "../../options/parse/auto-update.ts";
import { parseSecurityOptions } from "../../options/parse/security-option.ts";
import { parseUlimit } from "../../options/parse/ulimit.ts";
import type { Texts } from "../types/metadata.ts";

const PODMAN = "io.podman.annotations";
const SDNOTIFY = "io.containers.sdnotify";

/** Podman's annotation of a pod: `infra.name`, `userns`, `ulimit`; undefined: it has none. */
export function podAnnotation(annotations: Texts, name: string): string | undefined {
  return annotations[`${PODMAN}.${name}`];
}

/**
 * What Podman's annotations ask of one container, over what the fields ask.
 * @param container its name in the document
 * @throws {TspodError} If a value can't be read.
 * @see podman-kube-play(1)
 */
export function withAnnotations(
  options: CreateOptions,
  annotations: Texts,
  container: string,
): CreateOptions {
  const of = (name: string): string | undefined => annotations[`${PODMAN}.${name}/${container}`];
  const update = annotations[`${AUTO_UPDATE_LABEL}/${container}`] ?? annotations[AUTO_UPDATE_LABEL];
  const ulimits = podAnnotation(annotations, "ulimit");
  const pids = of("pids-limit");
  const cpus = of("cpuset");
  const memoryNodes = of("memory-nodes");
  return {
    ...options,
    ...(isTrue(of("autoremove")) && { rm: true }),
    process: { ...options.process, ...(isTrue(of("init")) && { init: true }) },
    security: { ...options.security, ...securityOf(of) },
    resources: {
      ...options.resources,
      ...(pids !== undefined && { pidsLimit: wholeNumber(pids, "pids-limit") }),
      ...(cpus !== undefined && { cpusetCpus: cpus }),
      ...(memoryNodes !== undefined && { cpusetMems: memoryNodes }),
    },
    ...(ulimits !== undefined && { ulimits: ulimits.split(",").map(parseUlimit) }),
    volumesFrom: [...options.volumesFrom, ...volumesFrom(of("volumes-from"))],
    labels: { ...options.labels, ...(update !== undefined && { [AUTO_UPDATE_LABEL]: update }) },
    ...notifyOf(annotations[`${SDNOTIFY}/${container}`] ?? annotations[SDNOTIFY]),
  };
}

function securityOf(of: (name: string) => string | undefined): Partial<CreateOptions["security"]> {
  const seccomp = of("seccomp");
  const apparmor = of("apparmor");
  const label = of("label");
  const texts = [
    ...(seccomp ? [`seccomp=${seccomp}`] : []),
    ...(apparmor ? [`apparmor=${apparmor}`] : []),
    ...(label ? label.split(",label=").map((text) => `label=${text}`) : []),
  ];
  if (texts.length === 0) return {};
  const { seccomp: profile, apparmor: name, labelOptions, raw } = parseSecurityOptions(texts);
  return {
    raw,
    ...(labelOptions.length > 0 && { labelOptions }),
    ...(profile !== undefined && { seccomp: profile }),
    ...(name !== undefined && { apparmor: name }),
  };
}

/** Podman separates several by `;`, and options of one by `:`. */
function volumesFrom(text: string | undefined): CreateOptions["volumesFrom"] {
  return (text ?? "")
    .split(";")
    .filter((part) => part !== "")
    .map((part) => {
      const [container = "", options] = part.split(":", 2);
      return { container, options: options ? options.split(",") : [] };
    });
}

function isTrue(text: string | undefined): boolean {
  return text?.toUpperCase() === "TRUE";
}

function wholeNumber(text: string, what: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new TspodError(`annotation ${PODMAN}.${what}: "${text}" is not a whole number`);
}

/** Its READY=1 goes to no service manager: `kube play` waits for it, and the service container says one. */
function notifyOf(text: string | undefined): Pick<CreateOptions, "sdnotify" | "notifySocket"> {
  if (text === undefined) return { sdnotify: "ignore" };
  if (text === "container") return { sdnotify: text, notifySocket: "" };
  if (text === "conmon" || text === "ignore" || text === "healthy") return { sdnotify: text };
  throw new TspodError(`annotation ${SDNOTIFY}: "${text}" is none of container, conmon, ignore, healthy`);
}

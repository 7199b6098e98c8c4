import { dirname } from "node:path";
import { isWebAddress } from "../../../options/web-address.ts";
import { type Section, sectionOf } from "../../unit-file/section.ts";
import type { Quadlet } from "../kinds.ts";
import {
  beginConversion,
  type Conversion,
  type ConversionContext,
  type Converted,
  endConversion,
  keyArguments,
  oneShot,
  programOf,
} from "./conversion.ts";
import { args, each, elsewhere, type KeyRule, text, words } from "./key-rules.ts";
import { networkArguments } from "./network-arguments.ts";
import { besideUnit } from "./paths.ts";
import { remapArguments } from "./user-arguments.ts";

/** Every key of [Kube]. @see podman-systemd.unit(5) */
export const KUBE_KEYS: Readonly<Record<string, KeyRule>> = {
  ServiceName: elsewhere,
  ContainersConfModule: elsewhere,
  GlobalArgs: elsewhere,
  Yaml: elsewhere,
  KubeDownForce: elsewhere,
  SetWorkingDirectory: elsewhere,
  ExitCodePropagation: elsewhere,
  LogDriver: text("--log-driver"),
  LogOpt: words("--log-opt"),
  UserNS: text("--userns"),
  RemapUsers: elsewhere,
  RemapUid: elsewhere,
  RemapGid: elsewhere,
  RemapUidSize: elsewhere,
  Network: elsewhere,
  // `registry` is for all containers, `web/local` for one of them.
  AutoUpdate: (section, key) =>
    section.words(key).flatMap((word) => ["--annotation", autoUpdateAnnotation(word)]),
  ConfigMap: (section, key, directory) =>
    args("--configmap", (path) => besideUnit(path, directory))(section, key, directory),
  PublishPort: each("--publish"),
  PodmanArgs: elsewhere,
};

function autoUpdateAnnotation(word: string): string {
  const [first = "", policy] = word.split(/\/(.*)/s);
  return policy === undefined
    ? `io.containers.autoupdate=${first}`
    : `io.containers.autoupdate/${first}=${policy}`;
}

/**
 * A service that plays Kubernetes YAML and takes it down. Its main process is the monitor of a service
 * container, which ends with the last of the pods; with Type=oneshot it has none, and stays until it is
 * stopped.
 * @throws {TspodError} With file and line.
 */
export function convertKube(quadlet: Quadlet, context: ConversionContext): Converted {
  checkService(quadlet);
  const isOneShot = sectionOf(quadlet.unit, "Service").last("Type") === "oneshot";
  const conversion = beginConversion(quadlet, KUBE_KEYS, context);
  const { section, draft } = conversion;
  const files = yamlFiles(conversion);
  const program = [...programOf(conversion), "kube"];
  const start = [
    ...program,
    "play",
    "--replace",
    ...(isOneShot ? [] : ["--service-container=true", ...propagationOf(section)]),
    ...keyArguments(conversion, "kube play", KUBE_KEYS),
    ...remapOf(conversion),
    ...networkArguments(conversion),
    ...section.arguments("PodmanArgs"),
    ...files,
  ];
  const down = [...program, "down", ...(section.boolean("KubeDownForce") ? ["--force"] : []), ...files];
  setWorkingDirectory(conversion, files);
  // What has failed halfway is taken down by the second: systemd leaves out the first then.
  draft.addCommand("ExecStop", down);
  draft.addCommand("ExecStopPost", down);
  draft.add("Service", "Environment", "PODMAN_SYSTEMD_UNIT=%n");
  if (isOneShot) oneShot(conversion);
  else notifying(conversion);
  return endConversion(conversion, start);
}

/** As Podman's; systemd's signal is for the main process alone, since ExecStop= has ended the others. */
function notifying({ draft }: Conversion): void {
  for (const [key, value] of [
    ["SyslogIdentifier", "%N"],
    ["Type", "notify"],
    ["NotifyAccess", "all"],
    ["KillMode", "mixed"],
  ] as const)
    if (!draft.has("Service", key)) draft.add("Service", key, value);
}

const TYPES = ["notify", "oneshot"];
const PROPAGATIONS = ["all", "any", "none"];
/** What systemd refuses of a oneshot service. */
const RESTARTS = ["always", "on-success"];

function checkService({ unit }: Quadlet): void {
  const service = sectionOf(unit, "Service");
  const type = service.last("Type");
  if (type && !TYPES.includes(type)) throw service.error("Type", `invalid service Type '${type}'`);
  const restart = service.last("Restart");
  if (type === "oneshot" && restart && RESTARTS.includes(restart))
    throw service.error(
      "Restart",
      `Restart=${restart} is not for a service of Type=oneshot, which ends when its pods are started: use on-failure here, and restartPolicy in the YAML`,
    );
  const kube = sectionOf(unit, "Kube");
  const propagation = kube.last("ExitCodePropagation");
  if (propagation && !PROPAGATIONS.includes(propagation))
    throw kube.error(
      "ExitCodePropagation",
      `invalid value '${propagation}' of ExitCodePropagation: it is all, any or none`,
    );
  if (type === "oneshot" && propagation && propagation !== "none")
    throw kube.error(
      "ExitCodePropagation",
      `ExitCodePropagation=${propagation} is not for a service of Type=oneshot, which does not wait for the containers' ends`,
    );
}

function propagationOf(section: Section): string[] {
  const propagation = section.last("ExitCodePropagation");
  return propagation ? [`--service-exit-code-propagation=${propagation}`] : [];
}

/** Absolute paths, and URLs. */
function yamlFiles({ section, directory }: Conversion): string[] {
  const files = section.arguments("Yaml").filter((path) => path !== "");
  if (files.length === 0) throw section.error("Yaml", "no Yaml key specified");
  return files.map((path) => (isWebAddress(path) ? path : besideUnit(path, directory)));
}

function remapOf(conversion: Conversion): string[] {
  const added = remapArguments(conversion);
  if (added.length === 0 || added[0] === "--userns") return added;
  throw conversion.section.error("RemapUsers", "RemapUsers=manual is not supported: use auto or keep-id");
}

function setWorkingDirectory(
  { section, draft, directory }: Conversion,
  [first = "", ...others]: string[],
): void {
  const wanted = section.last("SetWorkingDirectory");
  if (!wanted || draft.has("Service", "WorkingDirectory")) return;
  if (wanted !== "yaml" && wanted !== "unit")
    throw section.error(
      "SetWorkingDirectory",
      `invalid value '${wanted}' of SetWorkingDirectory: it is yaml or unit`,
    );
  if (wanted === "yaml" && others.length > 0)
    throw section.error(
      "SetWorkingDirectory",
      "SetWorkingDirectory=yaml is only supported when a single Yaml key is provided",
    );
  if (wanted === "yaml" && isWebAddress(first))
    throw section.error("SetWorkingDirectory", `SetWorkingDirectory=yaml: ${first} is in no directory`);
  draft.add("Service", "WorkingDirectory", wanted === "yaml" ? dirname(first) : directory);
}

import { sectionOf } from "../../unit-file/section.ts";
import { type Quadlet, resourceName, SECTIONS, serviceName } from "../kinds.ts";
import { volumeArguments } from "./container-mounts.ts";
import {
  beginConversion,
  type Conversion,
  type ConversionContext,
  type Converted,
  endConversion,
  keyArguments,
  programOf,
} from "./conversion.ts";
import { each, elsewhere, type KeyRule, pairs, text } from "./key-rules.ts";
import { networkArguments } from "./network-arguments.ts";
import { remapArguments, USER_NAMESPACE_KEYS } from "./user-arguments.ts";

/** Every key of [Pod]. @see podman-systemd.unit(5) */
export const POD_KEYS: Readonly<Record<string, KeyRule>> = {
  ServiceName: elsewhere,
  ContainersConfModule: elsewhere,
  GlobalArgs: elsewhere,
  PodName: elsewhere,
  StopTimeout: elsewhere,
  ExitPolicy: elsewhere,
  AddHost: each("--add-host"),
  DNS: each("--dns"),
  DNSOption: each("--dns-option"),
  DNSSearch: each("--dns-search"),
  HostName: text("--hostname"),
  IP: text("--ip"),
  IP6: text("--ip6"),
  Label: pairs("--label"),
  Network: elsewhere,
  NetworkAlias: each("--network-alias"),
  PublishPort: each("--publish"),
  ShmSize: text("--shm-size"),
  ...USER_NAMESPACE_KEYS,
  Volume: elsewhere,
  PodmanArgs: elsewhere,
};

const PID_FILE = "%t/%N.pid";

/**
 * A service that makes a pod and starts it; the services of its containers go with it.
 * @throws {TspodError} With file and line.
 */
export function convertPod(quadlet: Quadlet, context: ConversionContext): Converted {
  const conversion = beginConversion(quadlet, POD_KEYS, context);
  const { section, draft } = conversion;
  const name = resourceName(quadlet);
  const pod = [...programOf(conversion), "pod"];
  for (const member of membersOf(conversion)) {
    draft.add("Unit", "Wants", `${serviceName(member)}.service`);
    draft.add("Unit", "Before", `${serviceName(member)}.service`);
  }
  const create = [
    ...pod,
    "create",
    `--infra-conmon-pidfile=${PID_FILE}`,
    "--replace",
    ...["--exit-policy", section.last("ExitPolicy") || "stop"],
    ...keyArguments(conversion, "pod create", POD_KEYS),
    ...networkArguments(conversion),
    ...remapArguments(conversion),
    ...volumeArguments(conversion),
    ...["--infra-name", `${name}-infra`, "--name", name],
    ...section.arguments("PodmanArgs"),
  ];
  draft.addCommand("ExecStartPre", create);
  draft.addCommand("ExecStop", [
    ...pod,
    "stop",
    "--ignore",
    `--time=${section.last("StopTimeout") || 10}`,
    name,
  ]);
  draft.addCommand("ExecStopPost", [...pod, "rm", "--ignore", "--force", name]);
  draft.add("Service", "Environment", "PODMAN_SYSTEMD_UNIT=%n");
  draft.add("Service", "Type", "forking");
  draft.add("Service", "Restart", "on-failure");
  draft.add("Service", "PIDFile", PID_FILE);
  if (!draft.has("Service", "SyslogIdentifier")) draft.add("Service", "SyslogIdentifier", "%N");
  return endConversion(conversion, [...pod, "start", name], create);
}

/** The containers that are in the pod, and start with it. */
function membersOf({ quadlets, quadlet }: Conversion): Quadlet[] {
  return [...quadlets.values()].filter((other) => {
    if (other.kind !== "container") return false;
    const section = sectionOf(other.unit, SECTIONS.container);
    return section.last("Pod") === quadlet.fileName && section.boolean("StartWithPod") !== false;
  });
}

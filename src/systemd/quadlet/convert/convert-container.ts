import { unitError } from "../../unit-file/unit-file.ts";
import { endingOf, type Quadlet, resolvedName, resourceName, serviceName } from "../kinds.ts";
import { CONTAINER_KEYS } from "./container-keys.ts";
import { mountArguments, volumeArguments } from "./container-mounts.ts";
import {
  beginConversion,
  type Conversion,
  type ConversionContext,
  type Converted,
  endConversion,
  imageName,
  keyArguments,
  programOf,
} from "./conversion.ts";
import { networkArguments } from "./network-arguments.ts";
import { remapArguments, userArguments } from "./user-arguments.ts";

const CID_FILE = "%t/%N.cid";

/** A service that runs a container. @throws {TspodError} With file and line. */
export function convertContainer(quadlet: Quadlet, context: ConversionContext): Converted {
  const conversion = beginConversion(quadlet, CONTAINER_KEYS, context);
  const { draft } = conversion;
  const image = imageArguments(conversion);
  checkService(conversion);
  draft.add("Service", "Environment", "PODMAN_SYSTEMD_UNIT=%n");
  if (!draft.has("Service", "KillMode")) draft.add("Service", "KillMode", "mixed");
  addStop(conversion);
  addReload(conversion);
  draft.add("Service", "Delegate", "yes");
  const begin = [...programOf(conversion), "run", "--name", resourceName(quadlet), "--replace", "--rm"];
  const underSystemd = [
    `--cidfile=${CID_FILE}`,
    `--cgroups=${conversion.section.last("CgroupsMode") || "split"}`,
    ...notifyArguments(conversion),
  ];
  const rest = [
    ...keyArguments(conversion, "run", CONTAINER_KEYS),
    ...podArguments(conversion),
    ...networkArguments(conversion),
    ...userArguments(conversion),
    ...remapArguments(conversion),
    ...volumeArguments(conversion),
    ...mountArguments(conversion),
    ...conversion.section.arguments("PodmanArgs"),
    ...image,
    ...(conversion.section.lastArguments("Exec") ?? []),
  ];
  if (!draft.has("Service", "SyslogIdentifier")) draft.add("Service", "SyslogIdentifier", "%N");
  return endConversion(conversion, [...begin, ...underSystemd, ...rest], [...begin, ...rest]);
}

function imageArguments(conversion: Conversion): string[] {
  const { section } = conversion;
  const [image, rootfs] = [section.last("Image"), section.last("Rootfs")];
  if (!image && !rootfs) throw section.error("Image", "no Image or Rootfs key specified");
  if (image && rootfs)
    throw section.error("Rootfs", "the Image And Rootfs keys conflict can not be specified together");
  return image ? [imageName(conversion, "Image")] : ["--rootfs", rootfs ?? ""];
}

/** What [Service] may say: systemd must be able to end the container, and hear of its start. */
function checkService({ quadlet: { unit } }: Conversion): void {
  for (const line of unit.sections.get("Service") ?? []) {
    const { key, value } = line;
    const allowed: readonly string[] | undefined =
      key === "KillMode" ? ["mixed", "control-group"] : key === "Type" ? ["notify", "oneshot"] : undefined;
    if (allowed === undefined || allowed.includes(value)) continue;
    const what = key === "Type" ? "service Type" : key;
    throw unitError(line, `invalid ${what} '${value}': use ${allowed.join(" or ")}`);
  }
}

/** ExecStopPost too: when the monitor is killed, systemd doesn't run ExecStop. */
function addStop(conversion: Conversion): void {
  const stop = [...programOf(conversion), "rm", "-v", "-f", "-i", `--cidfile=${CID_FILE}`];
  conversion.draft.addCommand("ExecStop", stop);
  conversion.draft.addCommand("ExecStopPost", stop, "-");
  conversion.draft.addCommand("ExecStopPost", ["/bin/rm", "-f", CID_FILE], "-");
}

function addReload(conversion: Conversion): void {
  const { section, draft, quadlet } = conversion;
  const command = section.lastArguments("ReloadCmd") ?? [];
  const signal = section.last("ReloadSignal");
  if (command.length > 0 && signal)
    throw section.error("ReloadSignal", "ReloadCmd and ReloadSignal are mutually exclusive but both are set");
  const name = resourceName(quadlet);
  if (command.length > 0)
    draft.addCommand("ExecReload", [...programOf(conversion), "exec", name, ...command]);
  if (signal) draft.addCommand("ExecReload", [...programOf(conversion), "kill", "--signal", signal, name]);
}

/** A one-shot service waits for the container's end; any other for READY, then for the monitor's end. */
function notifyArguments({ draft, section, quadlet: { unit } }: Conversion): string[] {
  const isOneShot = unit.sections.get("Service")?.findLast(({ key }) => key === "Type")?.value === "oneshot";
  if (isOneShot) return [];
  draft.set("Service", "Type", "notify");
  draft.set("Service", "NotifyAccess", "all");
  const isHealthy = section.last("Notify")?.toLowerCase() === "healthy";
  const mode = isHealthy ? "healthy" : section.boolean("Notify") ? "container" : "conmon";
  return [`--sdnotify=${mode}`, "-d"];
}

/** The pod's service runs before, and ends with it. */
function podArguments(conversion: Conversion): string[] {
  const { section, quadlets, draft } = conversion;
  const fileName = section.last("Pod");
  if (!fileName) return [];
  if (endingOf(fileName) !== "pod") throw section.error("Pod", `pod ${fileName} is not Quadlet based`);
  const pod = quadlets.get(fileName);
  if (pod === undefined) throw section.error("Pod", `quadlet pod unit ${fileName} does not exist`);
  conversion.required.add(fileName);
  draft.add("Unit", "BindsTo", `${serviceName(pod)}.service`);
  draft.add("Unit", "After", `${serviceName(pod)}.service`);
  return ["--pod", resolvedName(pod) ?? resourceName(pod)];
}

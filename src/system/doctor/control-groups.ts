import { type CgroupSupport, detectCgroup } from "../../rootless/cgroup.ts";
import { asRoot, byHand, type Finding, ok, type Patient } from "./finding.ts";

const WHY_ANY = "Limits, stats, pause, and the end of all of a container's processes need a control group.";
const NEEDED_FOR: Readonly<Record<string, string>> = {
  cpu: "--cpus and --cpu-shares limit nothing without it.",
  memory: "--memory limits nothing without it, and stats know no memory.",
  pids: "--pids-limit limits nothing without it: a fork bomb in a container is one on the host.",
  io: "--device-read-bps, --blkio-weight and their kin limit nothing without it.",
  cpuset: "--cpuset-cpus and --cpuset-mems limit nothing without it.",
};
const DROP_IN = "/etc/systemd/system/user@.service.d/tspod.conf";

/** Whether containers get control groups, and which controllers these have. */
export function checkControlGroups({ root, env, uid }: Patient): Finding[] {
  const support = detectCgroup({ env, uid, root: `${root}/sys/fs/cgroup`, proc: `${root}/proc` });
  if (support.kind !== "disabled") return [checkManager(support), ...checkControllers(support)];
  const fixes =
    support.version === 1
      ? [byHand("boot with systemd.unified_cgroup_hierarchy=1 on the kernel's command line")]
      : [];
  return [{ name: "control groups", state: "warning", found: support.reason, why: WHY_ANY, fixes }];
}

type Usable = Exclude<CgroupSupport, { kind: "disabled" }>;

function checkManager({ kind, parent }: Usable): Finding {
  const by = kind === "systemd" ? "made by systemd" : "made by tspod itself";
  return ok("control groups", `version 2, ${by} below ${parent}`, WHY_ANY);
}

function checkControllers({ kind, controllers }: Usable): Finding[] {
  return Object.entries(NEEDED_FOR).map(([controller, why]) => {
    const name = `controller ${controller}`;
    if (controllers.includes(controller)) return ok(name, "delegated", why);
    const fixes = kind === "systemd" ? delegate() : [];
    return { name, state: "warning", found: "not delegated to this user", why, fixes };
  });
}

/** @see systemd.resource-control(5), "Delegate=" */
function delegate(): Finding["fixes"] {
  const lines = '"[Service]" "Delegate=cpu cpuset io memory pids"';
  return [
    asRoot(`mkdir -p ${DROP_IN.slice(0, DROP_IN.lastIndexOf("/"))}`),
    asRoot(`sh -c 'printf "%s\\n" ${lines} >${DROP_IN}'`),
    asRoot("systemctl daemon-reload"),
    byHand("log out and in again, or restart the machine"),
  ];
}

import { resolve } from "node:path";
import type { Call } from "../../../cli/define-command.ts";
import { defaultValue } from "../../../cli/flags/flag-value.ts";
import { TspodError } from "../../../errors.ts";
import type { CreateOptions } from "../../../options/create-options.ts";
import type { PodNamespace } from "../../../options/pod-record.ts";
import { asMember, type MemberRequest, NO_USER_NAMESPACE } from "../../../pod/member.ts";
import { removePod } from "../../../pod/remove.ts";
import { findPod } from "../../../pod/state/pods.ts";
import type { CreateFlags, createFlags } from "../create/create-flags.ts";
import { engineOf } from "../engine-of.ts";
import { makePod } from "./make-pod.ts";
import { type PodCreateFlags, podCreateFlags } from "./pod-flags.ts";
import { readPodId } from "./select-pods.ts";

/** What the pod of `--pod` makes of a container's flags and options. */
export interface PodOfFlags {
  /** The flags that are the container's own. */
  readonly flags: CreateFlags;
  /** @throws {TspodError} If the container asks for what is the pod's to say. */
  check(options: CreateOptions): void;
  /** The container's options as a member; a new pod is made by that, which `undo` removes again. */
  join(options: CreateOptions, undo: AsyncDisposableStack): Promise<CreateOptions>;
}

type CreateCall = Call<typeof createFlags>;

/**
 * The pod that a container goes into.
 * @throws {NoSuchPodError} If there is no pod of that name.
 * @throws {TspodError} If `new:` has no name behind it, or --init-ctr is of no kind.
 */
export function podOfFlags(call: CreateCall, flags: CreateFlags): PodOfFlags {
  const request = { ...memberRequest(call), ...initRequest(flags["init-ctr"]) };
  if (flags["pod-id-file"] && flags.pod) throw new TspodError("cannot specify both --pod and --pod-id-file");
  const name = flags["pod-id-file"] ? readPodId(resolve(call.cwd, flags["pod-id-file"])) : (flags.pod ?? "");
  if (name.startsWith("new:")) return newPod(call, flags, { name: name.slice(4), request });
  const find = () => findPod(engineOf(call), name);
  find();
  return {
    flags: withoutDefaultUserns(flags, call.given),
    check: (options) => void asMember(find(), options, request),
    join: async (options) => asMember(find(), options, request),
  };
}

/** What `--pod new:` takes from the container for the pod. */
const MOVED = [
  "add-host",
  "dns",
  "dns-option",
  "dns-search",
  "gidmap",
  "hostname",
  "hosts-file",
  "ip",
  "ip6",
  "mac-address",
  "network",
  "network-alias",
  "no-hosts",
  "publish",
  "subgidname",
  "subuidname",
  "uidmap",
  "userns",
] as const satisfies readonly (keyof CreateFlags & keyof PodCreateFlags)[];

const OF_USER_NAMESPACE = ["gidmap", "subgidname", "subuidname", "uidmap", "userns"] as const;

function newPod(
  call: CreateCall,
  flags: CreateFlags,
  { name, request }: { readonly name: string; readonly request: MemberRequest },
): PodOfFlags {
  if (name === "") throw new TspodError("new pod name must be at least one character");
  // As Podman 5.8: so it is with a pod that is there already.
  if (OF_USER_NAMESPACE.some((flag) => call.given.has(flag) && flags[flag]?.toString() !== "host"))
    throw new TspodError(NO_USER_NAMESPACE);
  const defaults = Object.fromEntries(
    Object.entries(podCreateFlags).map(([flag, declared]) => [flag, defaultValue(declared)]),
  ) as unknown as PodCreateFlags;
  const moved = Object.fromEntries(MOVED.map((flag) => [flag, flags[flag]]));
  const given = new Set<string>(MOVED.filter((flag) => call.given.has(flag)));
  const { network: _, ...own } = ownNamespaces(call.given);
  return {
    flags: { ...flags, ...NOTHING_MOVED },
    check: () => undefined,
    async join(options, undo) {
      const pod = await makePod(call, { ...defaults, ...moved, name }, given);
      undo.defer(async () => {
        await removePod(engineOf(call), pod, { force: true, timeout: 0, warn: call.warn });
      });
      return asMember(pod, options, { ...request, own: new Set(Object.values(own)) });
    },
  };
}

/** The moved flags as if they had not been given. */
const NOTHING_MOVED = Object.fromEntries(
  MOVED.map((flag) => [flag, defaultValue(podCreateFlags[flag])]),
) as Pick<CreateFlags, (typeof MOVED)[number]>;

/** A user namespace is refused only where a flag asks for it, not where containers.conf does. */
function withoutDefaultUserns(flags: CreateFlags, given: ReadonlySet<string>): CreateFlags {
  const { userns: _, ...others } = flags;
  return given.has("userns") ? flags : { ...others, userns: undefined };
}

const FLAGS: Readonly<Record<string, PodNamespace>> = {
  network: "net",
  ipc: "ipc",
  pid: "pid",
  uts: "uts",
  cgroupns: "cgroup",
};

function ownNamespaces(given: ReadonlySet<string>): Record<string, PodNamespace> {
  return Object.fromEntries(Object.entries(FLAGS).filter(([flag]) => given.has(flag)));
}

function memberRequest({ given, flags }: CreateCall): MemberRequest {
  const asked = Object.entries(ownNamespaces(given));
  const own = asked.filter(([flag]) => flags[flag as "ipc" | "pid" | "uts" | "cgroupns"] !== "pod");
  return { own: new Set(own.map(([, namespace]) => namespace)), hasRestart: given.has("restart") };
}

function initRequest(text: string | undefined): Pick<MemberRequest, "init"> {
  if (!text) return {};
  if (text === "once" || text === "always") return { init: text };
  throw new TspodError("init-ctr value must be 'always' or 'once'");
}

import type { Call } from "../../../cli/define-command.ts";
import { withFlagDefaults } from "../../../config/flag-defaults.ts";
import { type CreateRequest, checkRestart, createContainer } from "../../../container/create/create.ts";
import type { Container } from "../../../container/state/list.ts";
import { TspodError } from "../../../errors.ts";
import { imageForContainer, type NamedImage } from "../../../image/acquire/resolve-image.ts";
import { parsePullPolicy } from "../../../image/pull/pull-policy.ts";
import { checkContainerName, withoutSlash } from "../../../options/names.ts";
import type { CreateSurroundings } from "../../flags/create/create-context.ts";
import type { createFlags } from "../../flags/create/create-flags.ts";
import { discardedPortsWarning } from "../../flags/create/network-from-flags.ts";
import { createOptionsFromFlags } from "../../flags/create/options-from-flags.ts";
import { runtimeOf, surroundingsOf } from "../../flags/create/surroundings-of.ts";
import { engineOf, imageEngineOf } from "../../flags/engine-of.ts";
import type { PodOfFlags } from "../../flags/pod/member-from-flags.ts";
import { registryOptions, retryOptions } from "../../flags/registry-flags.ts";

export type CreateCall = Call<typeof createFlags>;

/**
 * What `create` and `run` have in common: the image found or pulled, the flags turned into options, the
 * container made. `implied` takes the place of flags. All that can be wrong with the command line is found
 * before anything is pulled or made.
 */
export async function createFromFlags(
  call: CreateCall,
  implied: Partial<CreateCall["flags"]> = {},
  {
    beforeMade,
    removesImage = false,
  }: Pick<CreateRequest, "beforeMade"> & Pick<CreateSurroundings, "removesImage"> = {},
): Promise<Container> {
  const { flags: asked } = withFlagDefaults({ ...call.flags, ...implied }, call.given, call.conf);
  const member = await memberOf(call, asked);
  const flags = member?.flags ?? asked;
  const name = flags.name ? withoutSlash(flags.name) : undefined;
  if (name !== undefined) checkContainerName(name);
  await checkRareFlags(call, flags);
  refusePassthroughOnTerminal(call);
  if (flags.replace && name === undefined)
    throw new TspodError("cannot replace container without --name being set");
  if (call.given.has("kernel-memory"))
    call.warn("The --kernel-memory flag is no longer supported. This flag is a noop.");
  const surroundings = { ...surroundingsOf(call), removesImage };
  const engine = engineOf(call);
  const runtime = runtimeOf(call);
  // A bad flag is reported before a download, not after it.
  const checkFlags = () => {
    const read = createOptionsFromFlags(flags, call.operands, { ...surroundings, image: undefined });
    member?.check(read);
  };
  const image = await findImage(call, { flags, beforePull: checkFlags });
  const own = createOptionsFromFlags(flags, call.operands, { ...surroundings, image: image?.stored.config });
  checkRestart(own);
  const discarded = discardedPortsWarning(own.network);
  if (discarded !== undefined) call.warn(discarded);
  if (flags.replace && name !== undefined)
    await (await import("../../../container/remove-named.ts")).removeNamed(engine, name);
  await using undo = new AsyncDisposableStack();
  const options = member === undefined ? own : await member.join(own, undo);
  const container = await createContainer(engine, {
    options,
    name,
    image,
    runtime,
    createCommand: call.argv,
    beforeMade,
  });
  undo.move();
  if (flags.cidfile !== undefined)
    (await import("../../flags/id-file.ts")).writeIdFile(flags.cidfile, call.cwd, container.record.id);
  return container;
}

/** Of few containers: what looks at these flags is loaded for those alone. */
async function checkRareFlags(
  call: CreateCall,
  { cidfile, "device-cgroup-rule": rules }: CreateCall["flags"],
): Promise<void> {
  if (cidfile !== undefined) (await import("../../flags/id-file.ts")).checkIdFile(cidfile, call.cwd);
  if (rules.length > 0)
    (await import("../../flags/create/device-cgroup-rule.ts")).refuseDeviceCgroupRules(rules);
}

/** What the pod makes of its flags and options; undefined where the container goes into none. */
async function memberOf(call: CreateCall, flags: CreateCall["flags"]): Promise<PodOfFlags | undefined> {
  if (!flags.pod && !flags["pod-id-file"]) {
    if (flags["init-ctr"]) throw new TspodError("must specify pod value with init-ctr");
    return undefined;
  }
  const { podOfFlags } = await import("../../flags/pod/member-from-flags.ts");
  return podOfFlags(call, flags);
}

/**
 * Refuses the driver passthrough on a terminal.
 * @throws {TspodError} If the container would get a user's terminal: it could type into it.
 */
function refusePassthroughOnTerminal({ flags, given, terminal }: CreateCall): void {
  if (flags["log-driver"] !== "passthrough") return;
  if (given.has("attach"))
    throw new TspodError("cannot specify --attach with --log-driver=passthrough: invalid argument");
  if (flags.tty || terminal.stdin || terminal.stdout || terminal.stderr)
    throw new TspodError("the '--log-driver passthrough' option cannot be used on a TTY");
}

async function findImage(
  call: CreateCall,
  { flags, beforePull }: { flags: CreateCall["flags"]; beforePull: () => void },
): Promise<NamedImage | undefined> {
  const { operands } = call;
  if (flags.rootfs) return undefined;
  const { platform, os, arch, variant } = flags;
  return imageForContainer(imageEngineOf(call), {
    beforePull,
    text: operands[0] ?? "",
    policy: parsePullPolicy(flags.pull),
    quiet: flags.quiet,
    registry: { ...registryOptions(call), ...retryOptions(call) },
    platform: { platform, os, arch, variant },
  });
}

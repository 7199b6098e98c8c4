import { relative } from "node:path";
import { shellWord } from "../../../../cli/output/shell-word.ts";
import type { BindFinding } from "../../../../container/why/examine-binds.ts";
import type { PostMortem } from "../../../../container/why/post-mortem.ts";
import { hostPlatform } from "../../../../oci/choose-platform.ts";
import { sourceName } from "../../../../options/container-record.ts";

type PermissionFinding = Extract<BindFinding, { readonly kind: "permission" }>;

/**
 * One command that is worth trying next.
 * @param home the user's home directory: never to be given away
 */
export function suggest(findings: PostMortem, { home }: { readonly home: string | undefined }): string {
  const { container, command, binds, networks, health, stoppedByUser, startError, lastStop } = findings;
  const { record, state } = container;
  const { name } = record;
  const image = shellWord(sourceName(record));
  const bind = binds[0];
  if (state.oomKilled) {
    const memory = record.options.resources.memory;
    return memory === undefined
      ? `tspod stats --no-stream`
      : `tspod container clone --destroy --run --memory ${2 * memory} ${name}`;
  }
  if (bind?.kind === "missing") return `mkdir -p ${shellWord(bind.source)} && tspod start ${name}`;
  if (command?.kind === "wrong architecture")
    return `tspod pull --platform linux/${hostPlatform(process.arch).architecture} ${image}`;
  if (command !== undefined && command.kind !== "fine")
    return record.options.source.kind === "rootfs"
      ? `tspod diff ${name}`
      : `tspod run --rm -it --entrypoint sh ${image}`;
  if (bind?.kind === "hidden") return `ls -ld ${shellWord(bind.source)}`;
  if (bind !== undefined && state.exitCode !== 0 && bind.owner.containerUid === CALLER)
    return `tspod run --userns keep-id:uid=${bind.process.containerUid},gid=${bind.process.containerGid} … (or -u 0), since the files are yours`;
  if (bind !== undefined && state.exitCode !== 0 && isOneToGive(bind, home))
    return `tspod unshare chown -R ${bind.process.containerUid}:${bind.process.containerGid} ${shellWord(bind.source)}`;
  const missing = networks.findings.find(({ kind }) => kind === "missing network");
  if (missing?.kind === "missing network") return `tspod network create ${missing.network}`;
  const taken = networks.findings.find(({ kind }) => kind === "taken port");
  if (taken?.kind === "taken port" && startError !== undefined)
    return taken.container === undefined ? "ss -lnp" : `tspod stop ${taken.container} && tspod start ${name}`;
  if (state.status === "running")
    return health?.status === "unhealthy" ? `tspod healthcheck run ${name}` : `tspod logs --follow ${name}`;
  if (lastStop !== undefined && !record.options.process.init)
    return `tspod run --init … ${image}, so that signals reach the program`;
  if (startError !== undefined)
    return `tspod rm ${name}, and create it anew without what the last start failed of`;
  if (state.status === "created" || state.exitCode <= 0 || stoppedByUser) return `tspod start ${name}`;
  return `tspod logs ${name}`;
}

/** Root of our user namespace is the user who calls. To chown what is the user's would take it away. */
const CALLER = 0;

/**
 * Whether the user owns it, and may part with it: chown(1) refuses what others own, and without a home
 * directory the user can't log in any more.
 */
function isOneToGive({ owner, source }: PermissionFinding, home: string | undefined): boolean {
  if (owner.containerUid === undefined) return false;
  return home === undefined || relative(source, home).startsWith("..");
}

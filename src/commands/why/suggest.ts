import type { PostMortem } from "../../container/why/post-mortem.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { shellWord } from "../output/shell-word.ts";

/** One command that is worth trying next. */
export function suggest({ container, command, binds, health, stoppedByUser }: PostMortem): string {
  const { record, state } = container;
  const { name } = record;
  const image = shellWord(record.image?.name ?? record.options.imageText);
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
    return record.options.rootfs ? `tspod diff ${name}` : `tspod run --rm -it --entrypoint sh ${image}`;
  if (bind !== undefined && state.exitCode !== 0)
    return `tspod unshare chown -R ${bind.process.containerUid}:${bind.process.containerGid} ${shellWord(bind.source)}`;
  if (state.status === "running")
    return health?.status === "unhealthy" ? `tspod healthcheck run ${name}` : `tspod logs --follow ${name}`;
  if (state.status === "created" || state.exitCode <= 0 || stoppedByUser) return `tspod start ${name}`;
  return `tspod logs ${name}`;
}

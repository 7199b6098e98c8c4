import { playKube } from "../../kube/play/play.ts";
import { readSources } from "../../kube/read/read-sources.ts";
import { downSources } from "./down-sources.ts";
import { type PlayCall, playEngineOf } from "./play-engine.ts";
import { playOptionsOf } from "./play-options.ts";
import { printPlay } from "./print-report.ts";
import { waitForPods } from "./wait-for-pods.ts";

/** Play, or with --down the opposite; with --wait one after the other. */
export async function runPlay(call: PlayCall): Promise<number | undefined> {
  const { flags } = call;
  const sources = await readSources(call.operands, call);
  if (flags.down) {
    await downSources(call, sources, { force: flags.force });
    return undefined;
  }
  const options = await playOptionsOf(call, sources);
  const engine = playEngineOf(call);
  if (flags.replace) await downSources(call, sources, { force: false });
  if (flags.wait) call.print("Use ctrl+c to clean up or wait for pods to exit");
  const report = await playKube(engine, options);
  printPlay(call, report);
  call.flush();
  if (!flags.wait) return undefined;
  const codes = await waitForPods(engine, report, call.signal);
  call.print(`${codes === undefined ? "\n" : ""}Cleaning up containers, pods, and volumes...`);
  await downSources(call, sources, { force: true });
  return codes === undefined ? undefined : propagated(flags["service-exit-code-propagation"], codes);
}

/** The exit code of the call, made of those of the containers. @see podman-kube-play(1) */
function propagated(mode: string | undefined, codes: readonly number[]): number {
  const failed = codes.find((code) => code !== 0);
  if (mode === "any") return failed ?? 0;
  return mode === "all" && codes.every((code) => code !== 0) ? (failed ?? 0) : 0;
}

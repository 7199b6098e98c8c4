import { setTimeout as sleep } from "node:timers/promises";
import { removeContainer } from "../container/remove.ts";
import { startContainer } from "../container/start/start.ts";
import type { Engine } from "../container/state/engine.ts";
import { refreshed } from "../container/state/find.ts";
import { readHealth } from "../container/state/health.ts";
import type { Container } from "../container/state/list.ts";
import { NO_WINDOW } from "../container/state/start-options.ts";
import { isActive } from "../container/state/state.ts";
import { isSettled, waitForState } from "../container/state/wait.ts";
import { TspodError } from "../errors.ts";
import { readMeanwhile } from "../os/read-meanwhile.ts";
import { keepInfra } from "../storage/pods/keep-infra.ts";
import { eachMember } from "./each-member.ts";
import { tellPodEvent } from "./event.ts";
import { infraOf, type Pod, podOf } from "./state/pods.ts";

/** Between two looks whether a sidecar has started up. */
const SIDECAR_PAUSE_MS = 100;

/**
 * Start a pod: its infra container, then its init containers one after the other, each to its end, then all
 * others. What runs already goes on.
 * @throws {PodMembersError} If some of the others can't be started.
 * @throws {TspodError} If infra can't be started, or an init container fails: the others are not started.
 */
export async function startPod(
  engine: Engine,
  pod: Pod,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  // Until the others run, the pod's exit policy has nobody to wait for.
  using _alive = keepInfra(engine.store, pod.record.id);
  const infra = infraOf(pod);
  if (infra !== undefined) await eachMember("starting", [infra], (member) => start(engine, member));
  const isInit = ({ record }: Container) => record.options.pod?.init !== undefined;
  const wasRunning = pod.members.some((member) => !isInfra(member) && isActive(member.state));
  if (!wasRunning)
    for (const member of pod.members.filter(isInit)) {
      if (member.record.options.pod?.init === "sidecar") await startSidecar(engine, member, signal);
      else await runToEnd(engine, member, signal);
    }
  const others = podOf(engine, pod.record).members.filter((member) => !isInfra(member) && !isInit(member));
  await eachMember("starting", others, (member) => start(engine, member));
  tellPodEvent(engine.store, pod.record, "start");
}

/**
 * Begin with the infra container, ahead of startPod(): that starts what does not run, and says what is wrong.
 * Never rejects.
 */
export async function startInfraAhead(engine: Engine, pod: Pod): Promise<void> {
  const infra = infraOf(pod);
  if (infra !== undefined) await Promise.allSettled([start(engine, infra)]);
}

export function isInfra({ record }: Container): boolean {
  return record.options.pod?.infra === true;
}

async function start(engine: Engine, member: Container): Promise<void> {
  const { state } = refreshed(engine, member);
  if (isActive(state) && state.status !== "initialized") return;
  await startContainer(engine, member, { window: NO_WINDOW, hold: false, read: readMeanwhile });
}

/**
 * What comes next may need it: where it has a startup check, that has to have passed.
 * @throws {TspodError} If it ends before that.
 */
async function startSidecar(
  engine: Engine,
  member: Container,
  signal: AbortSignal | undefined,
): Promise<void> {
  await start(engine, member);
  const { id, options } = member.record;
  if (options.healthcheck?.startup === undefined) return;
  for (;;) {
    const { state, paths } = refreshed(engine, member);
    if (readHealth(options, paths)?.status === "healthy") return;
    if (!isActive(state)) throw new TspodError(`init container ${id} has ended before it was started up`);
    await sleep(SIDECAR_PAUSE_MS, undefined, { ...(signal && { signal }) });
  }
}

/** @throws {TspodError} If it ends with another code than 0. */
async function runToEnd(engine: Engine, member: Container, signal: AbortSignal | undefined): Promise<void> {
  const { id, options } = member.record;
  await start(engine, member);
  const { paths } = refreshed(engine, member);
  const ended = await waitForState(paths, isSettled, { ...(signal && { signal }) });
  if (ended?.exitCode !== 0)
    throw new TspodError(`init container ${id} exited with code ${ended?.exitCode ?? -1}`);
  if (options.pod?.init !== "once") return;
  await removeContainer(engine, refreshed(engine, member), {
    force: false,
    volumes: true,
    timeout: 0,
    warn: engine.warn,
  });
}

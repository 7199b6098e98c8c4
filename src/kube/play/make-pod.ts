import { mkdirSync } from "node:fs";
import { createContainer } from "../../container/create/create.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { createPod } from "../../pod/create-pod.ts";
import { NO_LIMITS } from "../../pod/infra-options.ts";
import { asMember } from "../../pod/member.ts";
import { removePod } from "../../pod/remove.ts";
import { startInfraAhead } from "../../pod/start.ts";
import { findPod, type Pod } from "../../pod/state/pods.ts";
import { podAnnotation } from "../plan/annotations.ts";
import { resourceOptions } from "../plan/container-resources.ts";
import { placeText } from "../read/document.ts";
import { kubeDirectory, writeFingerprint } from "./fingerprint.ts";
import { type PlannedMember, type PodInputs, planPod, withPlace } from "./plan-pod.ts";
import type { PlayEngine, PlayOptions } from "./play-options.ts";
import { prepareVolumes } from "./prepare-volumes.ts";

export interface MakeRequest {
  readonly inputs: PodInputs;
  readonly fingerprint: string;
  /** Name of its runtime; absent: the default one. */
  readonly runtimeName: string | undefined;
  readonly options: PlayOptions;
  /** ID of its service container. */
  readonly service: string | undefined;
  /** Undoes all that was made, in case that something fails later. */
  readonly undo: AsyncDisposableStack;
}

/**
 * Make a pod with its volumes and containers. Where it is to be started, its infra container may run already:
 * the runtime makes that while the others are created.
 */
export async function makePod(engine: PlayEngine, request: MakeRequest): Promise<Pod> {
  const { inputs, options, undo, runtimeName } = request;
  const { workload } = inputs;
  const { spec, podName, annotations, labels } = workload;
  const rehearsal = planPod(engine, inputs);
  const runtime = engine.runtime(runtimeName);
  const infraName = podAnnotation(annotations, "infra.name");
  const { hostname } = rehearsal.infra;
  const pod = await createPod(engine, {
    name: podName,
    labels,
    exitPolicy: "stop",
    shares: rehearsal.shares,
    infra: { options: rehearsal.infra, ...(infraName !== undefined && { name: infraName }) },
    ...(hostname !== undefined && { hostname }),
    resources: { ...NO_LIMITS, ...resourceOptions(spec.resources) },
    shareParent: true,
    service: request.service,
    runtime,
    createCommand: options.createCommand,
  });
  undo.defer(async () => {
    await removePod(engine, pod, { force: true, timeout: 0, warn: engine.warn });
  });
  const infra = options.start ? startInfraAhead(engine, pod) : Promise.resolve();
  undo.defer(() => infra);
  const { id } = pod.record;
  const directory = kubeDirectory(engine.store, id);
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const facts = { ...inputs.facts, podId: id };
  const sources = withPlace(placeText(workload.document, [...workload.path, "volumes"]), () =>
    prepareVolumes(spec, facts, { store: engine.store, directory, cwd: options.cwd, undo }),
  );
  const planned = planPod(engine, { ...inputs, facts, sources });
  for (const member of planned.members) await makeMember(engine, pod, { ...request, member, runtime });
  writeFingerprint(engine.store, id, request.fingerprint);
  await infra;
  return findPod(engine, id);
}

async function makeMember(
  engine: PlayEngine,
  pod: Pod,
  {
    member,
    options,
    inputs,
    runtime,
  }: MakeRequest & { member: PlannedMember; runtime: ReturnType<PlayEngine["runtime"]> },
): Promise<void> {
  const { container, image, own, role } = member;
  const { podName } = inputs.workload;
  await createContainer(engine, {
    options: memberOptions(pod, member),
    name: options.noPodPrefix ? container.name : `${podName}-${container.name}`,
    image,
    runtime,
    createCommand: options.createCommand,
  });

  function memberOptions(of: Pod, { options: asked }: PlannedMember): CreateOptions {
    const init = role === "init" ? "once" : role === "sidecar" ? "sidecar" : undefined;
    return asMember(of, asked, { own, hasRestart: true, ...(init !== undefined && { init }) });
  }
}

import { type Container, listContainers } from "../../container/state/list.ts";
import { networkPlace } from "../../container/state/network-place.ts";
import { InUseError, NotFoundError, TspodError } from "../../errors.ts";
import { createNetwork } from "../../network/create-network.ts";
import { ORDINARY_REQUEST } from "../../network/new-network.ts";
import { removePod } from "../../pod/remove.ts";
import {
  createService,
  removeUnusedService,
  serviceName,
  startService,
} from "../../pod/service-container.ts";
import { startPod } from "../../pod/start.ts";
import { findPod, type Pod } from "../../pod/state/pods.ts";
import { type KubeObjects, kubeObjects, servicesOf } from "../plan/objects.ts";
import { KUBE_NETWORK } from "../plan/pod-options.ts";
import { hasPods, type Workload, workloadOf } from "../plan/workloads.ts";
import type { KubeDocument } from "../read/document.ts";
import { parseDocuments } from "../read/parse-documents.ts";
import type { KubeSource } from "../read/read-sources.ts";
import { awaitNotified } from "./await-notified.ts";
import { checkDocuments } from "./check-documents.ts";
import { fingerprintOf, readFingerprint } from "./fingerprint.ts";
import { makeClaim } from "./make-claim.ts";
import { makePod } from "./make-pod.ts";
import { type PodInputs, planPod } from "./plan-pod.ts";
import type { PlayEngine, PlayedPod, PlayOptions, PlayReport } from "./play-options.ts";
import { podInputs } from "./pod-inputs.ts";
import { storeSecret, withStoredSecrets } from "./stored-secrets.ts";

/** A pod that is to be there when the call ends. */
interface Wanted {
  readonly workload: Workload;
  readonly inputs: PodInputs;
  readonly runtimeName: string | undefined;
  readonly fingerprint: string;
}

/**
 * Make what documents ask for, and start it. A pod that is there as it should be stays; one that `kube play`
 * has made otherwise is made anew. If anything fails, all that this call has made is removed again.
 * @throws {TspodError} If a document can't be carried out.
 */
export async function playKube(engine: PlayEngine, options: PlayOptions): Promise<PlayReport> {
  const { documents, warnings } = checkDocuments(await parseSources(options.sources), options.validation);
  const configMaps = await configMapFiles(options);
  refuseAmbiguous(documents, configMaps);
  for (const line of warnings) engine.warn(line);
  const workloads = documents.filter(hasPods).flatMap((document) => withFlags(document, options));
  refuseNothing(documents);
  const objects = kubeObjects([...configMaps, ...documents]);
  const secrets = await withStoredSecrets(engine.store, objects.secrets, workloads);
  const wanted: Wanted[] = [];
  for (const [index, workload] of workloads.entries())
    wanted.push(await want(engine, { workload, index, objects: { ...objects, secrets } }, options));
  refuseDoubles(workloads);
  await using undo = new AsyncDisposableStack();
  const report = await makeAll(engine, { documents, wanted, undo }, options);
  undo.move();
  return report;
}

async function parseSources(sources: readonly KubeSource[]): Promise<KubeDocument[]> {
  const all: KubeDocument[] = [];
  for (const { text, file } of sources) all.push(...(await parseDocuments(text, file)));
  return all;
}

/** @throws {TspodError} If one has anything but ConfigMaps. */
async function configMapFiles(options: PlayOptions): Promise<readonly KubeDocument[]> {
  const documents = await parseSources(options.configMaps);
  const other = documents.find(({ kind }) => kind !== "ConfigMap");
  if (other !== undefined)
    throw new TspodError(`"${other.file}": kind ${other.kind} is no ConfigMap: --configmap takes only these`);
  return checkDocuments(documents, options.validation).documents;
}

/** @throws {TspodError} In Podman's words, if a ConfigMap stands in both. */
function refuseAmbiguous(documents: readonly KubeDocument[], configMaps: readonly KubeDocument[]): void {
  for (const { name, file } of configMaps)
    if (documents.some((document) => document.kind === "ConfigMap" && document.name === name))
      throw new TspodError(
        `ambiguous configuration: the same config map ${name} is present in YAML and in --configmaps ${file} file`,
      );
}

function withFlags(document: KubeDocument, { annotations }: PlayOptions): Workload[] {
  const workload = workloadOf(document);
  return workload === undefined
    ? []
    : [{ ...workload, annotations: { ...workload.annotations, ...annotations } }];
}

/** @throws {TspodError} In Podman's words, where there is nothing to do. */
function refuseNothing(documents: readonly KubeDocument[]): void {
  if (documents.some(({ kind }) => kind !== "ConfigMap" && kind !== "Service" && kind !== "RuntimeClass"))
    return;
  if (documents.some(({ kind }) => kind === "ConfigMap"))
    throw new TspodError("ConfigMaps in podman are not a standalone object and must be used in a container");
  throw new TspodError("YAML document does not contain any supported kube kind");
}

function refuseDoubles(workloads: readonly Workload[]): void {
  const seen = new Set<string>();
  for (const { podName } of workloads) {
    if (seen.has(podName)) throw new InUseError(`two documents ask for a pod called "${podName}"`);
    seen.add(podName);
  }
}

interface WantRequest {
  readonly workload: Workload;
  readonly index: number;
  readonly objects: KubeObjects;
}

/** All that can be known of a pod before anything is made; its images are here then. */
async function want(engine: PlayEngine, request: WantRequest, options: PlayOptions): Promise<Wanted> {
  const { workload, objects } = request;
  const asked = workload.spec.runtimeClassName || undefined;
  const runtimeName = asked === undefined ? undefined : (objects.runtimes.get(asked) ?? asked);
  const services = servicesOf(objects, workload);
  const inputs = await podInputs(engine, { ...request, services }, options);
  const { path } = engine.runtime(runtimeName);
  return { workload, inputs, runtimeName, fingerprint: fingerprintOf(planPod(engine, inputs), inputs, path) };
}

interface MakeAll {
  readonly documents: readonly KubeDocument[];
  readonly wanted: readonly Wanted[];
  readonly undo: AsyncDisposableStack;
}

async function makeAll(
  engine: PlayEngine,
  { documents, wanted, undo }: MakeAll,
  options: PlayOptions,
): Promise<PlayReport> {
  const ofKind = (kind: string) => documents.filter((document) => document.kind === kind);
  const secrets = ofKind("Secret").map((document) => storeSecret(engine.store, document, undo));
  const volumes: string[] = [];
  for (const document of ofKind("PersistentVolumeClaim"))
    volumes.push(await makeClaim(engine.store, document, undo));
  if (wanted.some(({ inputs }) => usesKubeNetwork(inputs))) await makeNetwork(engine);
  const service = options.service && (await makeService(engine, options, undo));
  const pods = await playPods(engine, wanted, { options, undo, service: service?.record.id });
  if (service !== undefined) await startService(engine, service);
  return { secrets, volumes, pods };
}

/** One that a play has left which was killed goes first: it has the name, and no pod. */
async function makeService(
  engine: PlayEngine,
  { sources, service, createCommand }: PlayOptions,
  undo: AsyncDisposableStack,
): Promise<Container> {
  const content = Buffer.concat(
    sources.flatMap(({ bytes }, index) => (index === 0 ? [bytes] : [Buffer.from("---\n"), bytes])),
  );
  const left = listContainers(engine).find(({ record }) => record.name === serviceName(content));
  if (left?.record.options.service) await removeUnusedService(engine, left.record.id, engine.warn);
  const made = await createService(engine, {
    content,
    options: engine.baseOptions(undefined),
    notifySocket: service?.notifySocket,
    exitCodePropagation: service?.exitCodePropagation,
    runtime: engine.runtime(undefined),
    createCommand,
  });
  undo.defer(() => removeUnusedService(engine, made.record.id, engine.warn));
  return made;
}

function usesKubeNetwork({ pod, workload }: PodInputs): boolean {
  return pod.network === undefined && workload.spec.hostNetwork !== true;
}

/** It stays, for the next call: others may use it already. */
async function makeNetwork(engine: PlayEngine): Promise<void> {
  await createNetwork(
    networkPlace(engine),
    { ...ORDINARY_REQUEST, name: KUBE_NETWORK },
    { orExisting: true },
  );
}

interface PodStep {
  readonly options: PlayOptions;
  readonly service: string | undefined;
  readonly undo: AsyncDisposableStack;
}

/**
 * Pods are made one after the other, in the documents' order; each starts while the next ones are made. What
 * has been begun has ended when this returns or throws, so that it can be undone.
 * @throws {TspodError} The first that has failed, in the documents' order.
 */
async function playPods(engine: PlayEngine, wanted: readonly Wanted[], step: PodStep): Promise<PlayedPod[]> {
  const begun: Promise<PlayedPod>[] = [];
  try {
    for (const one of wanted) {
      const { played } = await beginPod(engine, one, step);
      played.catch(() => undefined); // told below, when the others have been begun
      begun.push(played);
    }
  } finally {
    await Promise.allSettled(begun);
  }
  return await Promise.all(begun);
}

/** @returns a promise in an object, so that awaiting the call is not to await the pod's start */
async function beginPod(
  engine: PlayEngine,
  one: Wanted,
  step: PodStep,
): Promise<{ readonly played: Promise<PlayedPod> }> {
  const { workload, fingerprint } = one;
  const { options, service } = step;
  const there = podNamed(engine, workload.podName);
  const before = there === undefined ? undefined : readFingerprint(engine.store, there.record.id);
  // A pod is in one service: to be in another it is made anew.
  const replace = options.replace || (service !== undefined && before !== undefined);
  if (there !== undefined && !replace && before === fingerprint)
    return { played: started(engine, there, { unchanged: true, start: options.start }) };
  if (there !== undefined && !replace && before === undefined && !isUnfinished(there))
    throw new InUseError(
      `adding pod to state: name "${workload.podName}" is in use: pod already exists: --replace makes it anew`,
    );
  if (there !== undefined) await removePod(engine, there, { force: true, warn: engine.warn });
  const pod = await makePod(engine, { ...one, ...step });
  return { played: started(engine, pod, { unchanged: false, start: options.start }) };
}

/** Whether a call of `kube play` was killed while it made the pod. */
function isUnfinished({ record }: Pod): boolean {
  return record.createCommand.includes("play");
}

function podNamed(engine: PlayEngine, name: string): Pod | undefined {
  try {
    const found = findPod(engine, name);
    return found.record.name === name ? found : undefined;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

async function started(
  engine: PlayEngine,
  pod: Pod,
  { unchanged, start }: { unchanged: boolean; start: boolean },
): Promise<PlayedPod> {
  const containers = pod.members.filter(
    ({ record: { options } }) => !options.pod?.infra && !options.pod?.init,
  );
  if (start) {
    const { signal } = engine.images;
    if (pod.status !== "Running") await startPod(engine, pod, { signal });
    await awaitNotified(engine, containers, signal);
  }
  return {
    id: pod.record.id,
    name: pod.record.name,
    containers: containers.map(({ record }) => record.id),
    unchanged,
  };
}

import { closeSync, constants, existsSync, openSync, writeFileSync } from "node:fs";
import { createContainer } from "../container/create/create.ts";
import { removeContainer } from "../container/remove.ts";
import { startContainer } from "../container/start/start.ts";
import type { Engine } from "../container/state/engine.ts";
import { findContainer } from "../container/state/find.ts";
import type { Container, ContainerPlace } from "../container/state/list.ts";
import { NO_WINDOW } from "../container/state/start-options.ts";
import { stopContainer } from "../container/stop.ts";
import { NotFoundError } from "../errors.ts";
import { digestHex, sha256 } from "../oci/digest.ts";
import { shortId } from "../oci/short-id.ts";
import type { CreateOptions } from "../options/create-options.ts";
import type { Runtime } from "../rootless/runtime.ts";
import { containerPath } from "../storage/containers/container-directory.ts";
import { serviceLock } from "../storage/pods/service-lock.ts";
import { makeServedDirectory } from "../storage/pods/service-notes.ts";
import { PAUSE_PROGRAM } from "./pause-program.ts";
import { infraOf, listPods, type Pod } from "./state/pods.ts";

/** Seconds until SIGKILL. */
const STOP_TIMEOUT = 10;

export interface ServiceRequest {
  /** What its pods are made of: its name follows from that. */
  readonly content: Uint8Array;
  /** What holds for a container for which nothing is asked. */
  readonly options: CreateOptions;
  /** See CreateOptions. */
  readonly exitCodePropagation: CreateOptions["exitCodePropagation"];
  /** NOTIFY_SOCKET: where its monitor tells systemd that it is the main process. */
  readonly notifySocket: string | undefined;
  readonly runtime: Runtime;
  /** The full command line. */
  readonly createCommand: readonly string[];
}

/** As Podman calls the service container of such content. */
export function serviceName(content: Uint8Array): string {
  return `${shortId(digestHex(sha256(content)))}-service`;
}

/**
 * Make the container that stands for pods in a systemd unit: its monitor is the unit's main process. It has
 * no network, and does nothing but sleep.
 * @throws {InUseError} If a container has its name.
 */
export async function createService(engine: Engine, request: ServiceRequest): Promise<Container> {
  const { options, notifySocket, exitCodePropagation } = request;
  const container = await createContainer(engine, {
    options: {
      ...options,
      source: { kind: "pause" },
      process: {
        ...options.process,
        entrypoint: [PAUSE_PROGRAM],
        command: [],
        stopTimeout: STOP_TIMEOUT,
        systemd: "false",
      },
      network: { ...options.network, mode: { kind: "none" } },
      restart: { name: "no", maximumRetries: 0 },
      // Which its monitor tells all the same: in Podman it is the play that does.
      sdnotify: "ignore",
      ...(notifySocket !== undefined && { notifySocket }),
      service: true,
      ...(exitCodePropagation !== undefined && { exitCodePropagation }),
    },
    name: serviceName(request.content),
    runtime: request.runtime,
    createCommand: request.createCommand,
  });
  writeFileSync(serviceLock(engine.store, container.record.id), "", { mode: 0o600 });
  makeServedDirectory(engine.store, container.record.id);
  return container;
}

/**
 * Start a service container once its pods run, so that systemd takes the unit for started then. All of them
 * may have ended already, with nobody's end left that its monitor would hear of: to close the lock's file has
 * it look.
 */
export async function startService(engine: Engine, service: Container): Promise<void> {
  await startContainer(engine, service, { window: NO_WINDOW, hold: false });
  closeSync(openSync(serviceLock(engine.store, service.record.id), constants.O_WRONLY));
}

/**
 * Stop the service containers of pods that are going to be taken down: their containers' exit codes, of those
 * that are stopped, do not say that the unit has failed.
 */
export async function stopServices(engine: Engine, pods: readonly Pod[]): Promise<void> {
  for (const id of new Set(pods.map(serviceOf))) {
    if (id === undefined || !existsSync(containerPath(engine.store, id))) continue;
    const service = findContainer(engine, id);
    if (service.record.options.exitCodePropagation !== undefined)
      await stopContainer(engine, service, { timeout: STOP_TIMEOUT, warn: engine.warn });
  }
}

/** The service container of a pod, whether it is there or not. */
export function serviceOf(pod: Pod): string | undefined {
  return infraOf(pod)?.record.options.pod?.service;
}

/** Remove a service container whose last pod is gone. */
export async function removeUnusedService(
  place: ContainerPlace,
  id: string,
  warn: (line: string) => void,
): Promise<void> {
  if (!existsSync(containerPath(place.store, id))) return;
  if (listPods(place).some((pod) => serviceOf(pod) === id)) return;
  try {
    await removeContainer(place, findContainer(place, id), {
      force: true,
      volumes: true,
      timeout: STOP_TIMEOUT,
      withPod: true,
      warn,
    });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error; // removed meanwhile
  }
}

import { TspodError } from "../../errors.ts";
import type { HealthcheckOptions, StartupCheckOptions } from "../../options/create-options.ts";
import {
  type LifecycleHooks,
  type ProbeAction,
  probeTest,
  type ReadinessOptions,
} from "../../options/probe.ts";
import type { Handler, HttpGet, KubeContainer, LifecycleHandler, Probe } from "../types/container.ts";
import type { Maybe } from "../types/metadata.ts";
import { expand } from "./expand.ts";

const SECOND = 1e9;
/** @see https://kubernetes.io/docs/concepts/workloads/pods/probes/ */
const DEFAULTS = { period: 10, timeout: 1, failures: 3, successes: 1 };

export interface ProbeContext {
  /** For `$(NAME)` in commands. */
  readonly env: ReadonlyMap<string, string>;
  readonly ports: KubeContainer["ports"];
  /** Whether a container that fails is run again: otherwise it is stopped. */
  readonly restarts: boolean;
}

/** Health check, readiness and hooks of a container; an image's own health check is not Kubernetes'. */
export function probeOptions(
  container: KubeContainer,
  context: ProbeContext,
): { healthcheck?: HealthcheckOptions; readiness?: ReadinessOptions; hooks?: LifecycleHooks } {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  const healthcheck = healthOptions(livenessProbe, startupProbe, context);
  const hooks = hookOptions(lifecycle, context);
  return {
    ...(healthcheck !== undefined && { healthcheck }),
    ...(readinessProbe && { readiness: readinessOptions(readinessProbe, context) }),
    ...(hooks !== undefined && { hooks }),
  };
}

function healthOptions(
  liveness: Maybe<Probe>,
  startup: Maybe<Probe>,
  context: ProbeContext,
): HealthcheckOptions | undefined {
  const onFailure = context.restarts ? "restart" : "stop";
  if (!liveness && !startup) return undefined;
  const first = startup ? startupOptions(startup, context) : undefined;
  // Without a liveness probe nothing is checked once the container has started up.
  const rest = liveness ? checkOptions(liveness, context) : { test: ["PROBE", ""], ...NEVER };
  return { ...rest, onFailure, ...(first !== undefined && { startup: first }) };
}

const NEVER = { interval: 0, timeout: SECOND, startPeriod: 0, retries: 1 };

function checkOptions(probe: Probe, context: ProbeContext) {
  const action = probeAction(probe, context);
  const { interval, timeout, delay, failures } = times(probe);
  return {
    test: probeTest(action),
    probe: action,
    delay,
    interval,
    timeout,
    startPeriod: 0,
    retries: failures,
  };
}

function startupOptions(probe: Probe, context: ProbeContext): StartupCheckOptions {
  const { startPeriod: _, ...check } = checkOptions(probe, context);
  return { ...check, successes: times(probe).successes };
}

function readinessOptions(probe: Probe, context: ProbeContext): ReadinessOptions {
  return { probe: probeAction(probe, context), ...times(probe) };
}

function times(probe: Probe) {
  return {
    delay: (probe.initialDelaySeconds ?? 0) * SECOND,
    interval: (probe.periodSeconds || DEFAULTS.period) * SECOND,
    timeout: (probe.timeoutSeconds || DEFAULTS.timeout) * SECOND,
    failures: probe.failureThreshold || DEFAULTS.failures,
    successes: probe.successThreshold || DEFAULTS.successes,
  };
}

function probeAction(probe: Probe, context: ProbeContext): ProbeAction {
  const { tcpSocket, grpc } = probe;
  if (tcpSocket) return { kind: "tcp", ...host(tcpSocket.host), port: portOf(tcpSocket.port, context) };
  if (grpc) return { kind: "grpc", port: grpc.port, service: grpc.service ?? "" };
  return handlerAction(probe, context);
}

function handlerAction({ exec, httpGet }: Handler, context: ProbeContext): ProbeAction {
  if (exec) return { kind: "exec", command: exec.command.map((word) => expand(word, context.env)) };
  if (httpGet) return httpAction(httpGet, context);
  throw new TspodError("a probe has one of exec, httpGet, tcpSocket, grpc");
}

function httpAction(
  { scheme, host: name, port, path, httpHeaders }: HttpGet,
  context: ProbeContext,
): ProbeAction {
  const bad = httpHeaders?.find(
    ({ name, value }) => !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[\r\n]/.test(value),
  );
  if (bad !== undefined) throw new TspodError(`"${bad.name}" is no HTTP header`);
  const absolute = path?.startsWith("/") ? path : `/${path ?? ""}`;
  return {
    kind: "http",
    scheme: scheme?.toUpperCase() === "HTTPS" ? "https" : "http",
    ...host(name),
    port: portOf(port, context),
    path: encodeURI(absolute).replaceAll("%25", "%"),
    headers: (httpHeaders ?? []).map(({ name, value }) => ({ name, value })),
  };
}

function host(name: Maybe<string>): { host?: string } {
  if (!name) return {};
  if (!/^[\w.:-]+$/.test(name)) throw new TspodError(`"${name}" is no host`);
  return { host: name };
}

/** A port by number, or by the name that the container gives one of its ports. */
function portOf(port: number | string, { ports }: ProbeContext): number {
  const text = `${port}`;
  const number = /^\d+$/.test(text) ? Number(text) : ports?.find(({ name }) => name === text)?.containerPort;
  if (number === undefined) throw new TspodError(`the container has no port of the name "${text}"`);
  if (number < 1 || number > 65_535) throw new TspodError(`${text} is no port: 1 to 65535`);
  return number;
}

function hookOptions(
  lifecycle: KubeContainer["lifecycle"],
  context: ProbeContext,
): LifecycleHooks | undefined {
  const { postStart, preStop } = lifecycle ?? {};
  if (!postStart && !preStop) return undefined;
  return {
    ...(postStart && { postStart: startHook(postStart, context) }),
    ...(preStop && {
      preStop: preStop.sleep
        ? { kind: "sleep", seconds: preStop.sleep.seconds }
        : handlerAction(preStop, context),
    }),
  };
}

/** `sleep` after a start delays nothing here: the container's process runs beside it. */
function startHook(handler: LifecycleHandler, context: ProbeContext): ProbeAction {
  if (handler.sleep)
    throw new TspodError("lifecycle.postStart.sleep is not carried out: nothing would wait for it");
  return handlerAction(handler, context);
}

import type { CreateOptions, HealthcheckOptions } from "../../options/create-options.ts";
import type { ProbeAction } from "../../options/probe.ts";

const SECOND = 1e9;

/** Health checks and readiness as probes, hooks as a lifecycle. */
export function probeFields({ healthcheck, readiness, hooks }: CreateOptions): object {
  const startup = healthcheck?.startup;
  const liveness = healthcheck && checkAction(healthcheck);
  const first = startup && checkAction(startup);
  return {
    ...(hooks !== undefined && { lifecycle: lifecycleOf(hooks) }),
    ...(healthcheck &&
      liveness && {
        livenessProbe: { ...liveness, ...times({ ...healthcheck, failures: healthcheck.retries }) },
      }),
    ...(readiness && { readinessProbe: { ...actionFields(readiness.probe), ...times(readiness) } }),
    ...(startup &&
      first && {
        startupProbe: { ...first, ...times({ ...startup, failures: startup.retries || STARTUP_FAILURES }) },
      }),
  };
}

/** Podman's startup check without a limit: Kubernetes' needs one. */
const STARTUP_FAILURES = 1_000_000;

function lifecycleOf({ postStart, preStop }: NonNullable<CreateOptions["hooks"]>): object {
  return {
    ...(postStart && { postStart: actionFields(postStart) }),
    ...(preStop && {
      preStop: preStop.kind === "sleep" ? { sleep: { seconds: preStop.seconds } } : actionFields(preStop),
    }),
  };
}

/** Undefined: there is no check. */
function checkAction({ test, probe }: Pick<HealthcheckOptions, "test" | "probe">): object | undefined {
  if (probe !== undefined) return actionFields(probe);
  const [form, ...words] = test;
  if (form === "CMD-SHELL") return { exec: { command: ["/bin/sh", "-c", words.join(" ")] } };
  return form === "CMD" ? { exec: { command: words } } : undefined;
}

function actionFields(action: ProbeAction): object {
  switch (action.kind) {
    case "exec":
      return { exec: { command: action.command } };
    case "tcp":
      return { tcpSocket: { ...(action.host && { host: action.host }), port: action.port } };
    case "grpc":
      return { grpc: { port: action.port, service: action.service } };
    case "http":
      return {
        httpGet: {
          ...(action.host && { host: action.host }),
          ...(action.headers.length > 0 && { httpHeaders: action.headers }),
          path: action.path,
          port: action.port,
          scheme: action.scheme.toUpperCase(),
        },
      };
  }
}

function times(check: {
  readonly delay?: number;
  readonly interval: number;
  readonly timeout: number;
  readonly failures: number;
  readonly successes?: number;
}): object {
  const seconds = (time: number) => Math.max(1, Math.ceil(time / SECOND));
  return {
    failureThreshold: check.failures,
    ...(check.delay && { initialDelaySeconds: seconds(check.delay) }),
    periodSeconds: seconds(check.interval),
    ...(check.successes !== undefined && check.successes > 1 && { successThreshold: check.successes }),
    timeoutSeconds: seconds(check.timeout),
  };
}

/** How it is found out whether a container serves, or what is done at a moment of its life. */
export type ProbeAction =
  /** Runs in the container; success is exit code 0. */
  | { readonly kind: "exec"; readonly command: readonly string[] }
  /** Comes from outside, in the container's network namespace; success is a status from 200 to 399. */
  | {
      readonly kind: "http";
      readonly scheme: "http" | "https";
      /** Absent: the container's own address. */
      readonly host?: string;
      readonly port: number;
      readonly path: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
    }
  /** Success is a connection. */
  | { readonly kind: "tcp"; readonly host?: string; readonly port: number }
  /** The gRPC health checking protocol; success is SERVING. */
  | { readonly kind: "grpc"; readonly port: number; readonly service: string };

/** Whether a container is ready: it changes only what is said of the container. Times in nanoseconds. */
export interface ReadinessOptions {
  readonly probe: ProbeAction;
  /** From the container's start, or from the end of its startup check. */
  readonly delay: number;
  readonly interval: number;
  readonly timeout: number;
  /** Failures in a row after which a ready container is not ready. */
  readonly failures: number;
  /** Successes in a row after which it is. */
  readonly successes: number;
}

/** What is done just after a container's start and just before its stop signal. */
export interface LifecycleHooks {
  /** If it fails, the container is killed. */
  readonly postStart?: ProbeAction;
  /** Within the container's stop timeout. */
  readonly preStop?: ProbeAction | { readonly kind: "sleep"; readonly seconds: number };
}

/** A probe in a line, for `inspect`: `http://:8080/healthz`. */
export function probeText(probe: ProbeAction): string {
  switch (probe.kind) {
    case "exec":
      return probe.command.join(" ");
    case "http":
      return `${probe.scheme}://${probe.host ?? ""}:${probe.port}${probe.path}`;
    case "tcp":
      return `tcp://${probe.host ?? ""}:${probe.port}`;
    case "grpc":
      return `grpc://:${probe.port}/${probe.service}`;
  }
}

/** The `test` of a health check that is a probe: `["CMD", …]` for what runs in the container. */
export function probeTest(probe: ProbeAction): readonly string[] {
  return probe.kind === "exec" ? ["CMD", ...probe.command] : ["PROBE", probeText(probe)];
}

import type { Container } from "../../container/state/list.ts";
import { parseSignal } from "../../oci/signal.ts";
import type { NetworkOptions, SecretRequest, StartupCheckOptions } from "../../options/create-options.ts";
import { healthLogOf } from "../../options/health-log.ts";
import { annotations } from "../../spec/generate/annotations.ts";
import { containerHostname } from "../../spec/generate/hostname.ts";
import { goMap } from "../go/value.ts";
import type { ContainerFacts } from "./container-facts.ts";

/** Inspect's Config: what of a container does not depend on its host. */
export function inspectConfig(
  { record, paths }: Pick<Container, "record" | "paths">,
  facts: ContainerFacts,
): object {
  const { options } = record;
  const { process, healthcheck, secrets } = options;
  const log = healthLogOf(options);
  const mounted = secrets.filter(({ type }) => type === "mount");
  const hostname = containerHostname(options, { containerId: record.id, hostname: facts.hostname });
  const config = {
    Hostname: hostname,
    Domainname: "",
    User: process.user,
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    Tty: process.tty,
    OpenStdin: process.openStdin,
    StdinOnce: false,
    Env: hidingSecrets(facts.spec?.process.env ?? [...process.env, `HOSTNAME=${hostname}`], secrets),
    Cmd: process.command.length === 0 ? null : process.command,
    Image: record.image?.name ?? "",
    Volumes: null,
    WorkingDir: process.workdir,
    Entrypoint: process.entrypoint.length === 0 ? null : process.entrypoint,
    OnBuild: null,
    Labels: Object.keys(options.labels).length === 0 ? null : goMap(options.labels),
    Annotations: goMap(annotations(options)),
    StopSignal: parseSignal(process.stopSignal).name,
    ...(healthcheck === undefined
      ? {}
      : {
          Healthcheck: {
            Test: healthcheck.test,
            ...(healthcheck.startPeriod !== 0 && { StartPeriod: healthcheck.startPeriod }),
            Interval: healthcheck.interval,
            Timeout: healthcheck.timeout,
            Retries: healthcheck.retries,
          },
        }),
    ...(healthcheck?.startup !== undefined && { StartupHealthCheck: startupObject(healthcheck.startup) }),
    HealthcheckOnFailureAction: healthcheck?.onFailure ?? "none",
    HealthLogDestination: log.destination,
    HealthcheckMaxLogCount: log.maxCount,
    HealthcheckMaxLogSize: log.maxSize,
    CreateCommand: record.createCommand,
    ...(options.tz === undefined ? {} : { Timezone: options.tz }),
    Umask: process.umask.padStart(4, "0"),
    ...(mounted.length > 0 && { Secrets: mounted.map(secretObject) }),
    Timeout: process.timeout,
    ...(options.chrootDirs.length > 0 && { ChrootDirs: options.chrootDirs }),
    StopTimeout: process.stopTimeout,
    Passwd: options.passwd,
    sdNotifyMode: options.sdnotify,
    ...(options.notifySocket !== undefined &&
      options.sdnotify !== "ignore" && {
        sdNotifySocket: options.notifySocket || `${paths.notify}/notify.sock`,
      }),
    ...exposedPorts(options.network),
  };
  return config;
}

/** The ports that the image or `--expose` names, and those that are published. */
function exposedPorts({ exposed, ports }: NetworkOptions): object {
  const published = ports.flatMap(({ containerPort, range, protocol }) =>
    Array.from({ length: range }, (_, i) => `${containerPort + i}/${protocol}`),
  );
  const names = [...exposed.map(({ port, protocol }) => `${port}/${protocol}`), ...published];
  return names.length === 0
    ? {}
    : { ExposedPorts: goMap(Object.fromEntries(names.map((name) => [name, {}]))) };
}

/** As of Podman 5: what is 0 is left out. */
function startupObject({ test, interval, timeout, retries, successes }: StartupCheckOptions) {
  return {
    Test: test,
    ...(interval !== 0 && { Interval: interval }),
    Timeout: timeout,
    ...(retries !== 0 && { Retries: retries }),
    ...(successes !== 0 && { Successes: successes }),
  };
}

/** As Podman 5.8: a variable that a secret fills has stars for its value. */
function hidingSecrets(env: readonly string[], secrets: readonly SecretRequest[]): string[] {
  const hidden = new Set(
    secrets.filter(({ type }) => type === "env").map(({ source, target }) => target ?? source),
  );
  return env.map((entry) => {
    const [name = ""] = entry.split("=", 1);
    return hidden.has(name) ? `${name}=*******` : entry;
  });
}

/** Those that go into the environment are not listed. */
function secretObject({ source, id = "", uid, gid, mode }: SecretRequest) {
  return { Name: source, ID: id, UID: uid, GID: gid, Mode: mode };
}

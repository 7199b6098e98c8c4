import { startsOnBoot } from "../container/report/starts-on-boot.ts";
import { readHealth } from "../container/state/health.ts";
import type { Container } from "../container/state/list.ts";
import { NotFoundError, TspodError } from "../errors.ts";
import { labelTest } from "../options/filter/label-filter.ts";
import { parseBoolean } from "../options/parse/boolean.ts";
import { parseTimeBound } from "../options/time-bound.ts";
import { commandOf } from "./container-row.ts";
import { idPattern } from "./id-pattern.ts";
import { namedContainer } from "./network-owner.ts";

/** Whether a container is shown. */
type Predicate = (container: Container) => boolean;

/** What filters compare with. */
interface Surroundings {
  /** All containers, whatever the filters. */
  readonly containers: readonly Container[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const STATES = [
  "created",
  "initialized",
  "running",
  "paused",
  "exited",
  "stopped",
  "stopping",
  "removing",
  "unknown",
];

/** Filters of which all values must fit; of the others one is enough. */
const CUMULATIVE = new Set(["label", "label!", "until", "before"]);

/**
 * `--filter KEY=VALUE` as one predicate: the values of one key are alternatives (of labels, all must be
 * there), the keys add up.
 * @throws {TspodError} If a filter is unknown or its value is no value
 */
export function containerFilter(filters: readonly string[], surroundings: Surroundings): Predicate {
  const byKey = new Map<string, Predicate[]>();
  for (const filter of filters) {
    const [key, value] = splitFilter(filter);
    byKey.set(key, [...(byKey.get(key) ?? []), makePredicate(key, value, surroundings)]);
  }
  return (container) =>
    [...byKey].every(([key, predicates]) =>
      CUMULATIVE.has(key) ? predicates.every((p) => p(container)) : predicates.some((p) => p(container)),
    );
}

function splitFilter(filter: string): [key: string, value: string] {
  const [, key, value] = /^(label!|[^=]+?)=([\s\S]*)$/.exec(filter) ?? [];
  if (key === undefined || value === undefined) throw new TspodError(`invalid filter "${filter}"`);
  return [key, value];
}

function makePredicate(key: string, value: string, { containers, now }: Surroundings): Predicate {
  switch (key) {
    case "id":
      return byPattern(idPattern(value), ({ record }) => record.id);
    case "name":
      // As Podman 5: a name as Docker shows it begins with a slash.
      return byPattern(value.replaceAll("/", ""), ({ record }) => record.name);
    case "command":
      return byPattern(value, (container) => commandOf(container)[0] ?? "");
    case "label": {
      const test = labelTest(value);
      return ({ record }) => test(record.options.labels);
    }
    case "label!": {
      const test = labelTest(value);
      return ({ record }) => !test(record.options.labels);
    }
    case "exited":
      return byExitCode(value);
    case "status":
      return byStatus(value);
    case "ancestor":
      return byAncestor(value);
    case "before":
    case "since":
      return byAge(key, value, containers);
    case "until": {
      const bound = parseTimeBound(value, now);
      return ({ record }) => Date.parse(record.created) < bound;
    }
    case "volume":
      return byVolume(value);
    case "network":
      return byNetwork(value, containers);
    case "restart-policy":
      return byRestartPolicy(value);
    case "health":
      return byHealth(value);
    case "pod":
      return byPod(value, containers);
    case "should-start-on-boot": {
      const wanted = parseBoolean(value);
      if (wanted === undefined)
        throw new TspodError(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
      return (container) => startsOnBoot(container) === wanted;
    }
    default:
      throw new TspodError(`${key} is an invalid filter`);
  }
}

function byPattern(pattern: string, text: (container: Container) => string): Predicate {
  let regexp: RegExp;
  try {
    regexp = new RegExp(pattern);
  } catch {
    return () => false; // as podman: a pattern that isn't one fits nothing
  }
  return (container) => regexp.test(text(container));
}

function byExitCode(value: string): Predicate {
  if (!/^[+-]?\d+$/.test(value)) {
    throw new TspodError(
      `exited code out of range ${JSON.stringify(value)}: strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`,
    );
  }
  return ({ state }) => state.status === "exited" && state.exitCode === Number(value);
}

function byStatus(value: string): Predicate {
  if (!STATES.includes(value)) throw new TspodError(`unknown container state: ${value}: invalid argument`);
  const wanted = value === "stopped" ? "exited" : value;
  return ({ state }) => state.status === wanted;
}

/**
 * As Podman 5.8: by a part of the image's ID, as Docker, or by an expression that fits its name; a tag
 * `latest` need not be in that.
 */
function byAncestor(value: string): Predicate {
  const id = value.replace("sha256:", "");
  const fits = byPattern(value, ({ record }) => record.image?.name ?? "");
  const fitsUntagged = byPattern(value, ({ record }) => record.image?.name.replace(/:latest$/, "") ?? "");
  return (container) => {
    const { image } = container.record;
    if (image === undefined) return false;
    return image.id.replace("sha256:", "").includes(id) || fits(container) || fitsUntagged(container);
  };
}

function byAge(key: "before" | "since", value: string, containers: readonly Container[]): Predicate {
  const other =
    containers.find(({ record }) => record.name === value) ??
    containers.find(({ record }) => record.id.startsWith(value));
  if (other === undefined)
    throw new NotFoundError(`no container with name or ID "${value}" found: no such container`);
  return ({ record }) =>
    key === "before" ? record.created < other.record.created : record.created > other.record.created;
}

function byVolume(value: string): Predicate {
  const [source, destination] = value.split(":");
  return ({ record }) => {
    const mounted = record.options.mounts.map((mount) => ({
      source: mount.type === "bind" ? mount.source : mount.type === "volume" ? mount.name : undefined,
      destination: mount.destination,
    }));
    const named = record.volumes.map((volume) => ({ source: volume.name, destination: volume.destination }));
    return [...mounted, ...named].some(
      (mount) =>
        (mount.source === source || mount.destination === source) &&
        (destination === undefined || mount.destination === destination),
    );
  };
}

/** `container:NAME|ID`: those that share the network of that one. */
function byNetwork(value: string, containers: readonly Container[]): Predicate {
  const owner = value.startsWith("container:")
    ? namedContainer(value.slice("container:".length), containers)
    : undefined;
  return ({ record }) => {
    const { mode } = record.options.network;
    if (mode.kind === "bridge") return mode.networks.some(({ name }) => name === value);
    if (mode.kind !== "container") return mode.kind === value;
    return owner !== undefined && namedContainer(mode.container, containers) === owner;
  };
}

/** By the pod's name, its ID, or the beginning of that. */
function byPod(value: string, containers: readonly Container[]): Predicate {
  const pods = containers.flatMap(({ record: { options } }) => options.pod ?? []);
  const named = pods.find(({ name }) => name === value)?.id;
  return ({ record: { options } }) =>
    options.pod !== undefined &&
    (named === undefined ? options.pod.id.startsWith(value) : options.pod.id === named);
}

const RESTART_POLICIES = ["no", "none", "on-failure", "always", "unless-stopped"];

/** `none` is Podman's word for a container without a policy. */
function byRestartPolicy(value: string): Predicate {
  if (!RESTART_POLICIES.includes(value)) throw new TspodError(`${value} invalid restart policy`);
  const wanted = value === "none" ? "no" : value;
  return ({ record }) => record.options.restart.name === wanted;
}

function byHealth(value: string): Predicate {
  if (!["healthy", "unhealthy", "starting", "stopped", "none"].includes(value)) {
    throw new TspodError(
      `invalid health status "${value}": must be healthy, unhealthy, starting, stopped or none`,
    );
  }
  return ({ record, paths }) => (readHealth(record.options, paths)?.status ?? "none") === value;
}

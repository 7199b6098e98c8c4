import { TspodError } from "../errors.ts";
import { type Digest, isDigest } from "./digest.ts";
import type { HealthcheckConfig, ImageConfig, ImageHistory, ImageProcessConfig } from "./image-config.ts";
import {
  checkShape,
  flag,
  integer,
  list,
  map,
  members,
  oneLine,
  oneOf,
  orEmpty,
  type Shape,
  text,
  textThat,
} from "./shape.ts";

const digest: Shape<Digest> = textThat(isDigest, "a sha256 digest");
const texts = list(orEmpty("", text));
/** Go's `map[string]struct{}`: only the keys count, and null is as good a value as {}. */
const keys = map(orEmpty({}, members<Record<never, never>>({})), oneLine);

const healthcheck = members<Record<never, never>, { [K in keyof HealthcheckConfig]-?: HealthcheckConfig[K] }>(
  {},
  {
    Test: texts,
    Interval: integer,
    Timeout: integer,
    StartPeriod: integer,
    StartInterval: integer,
    Retries: integer,
  },
);

const processShape = members<
  Record<never, never>,
  { [K in keyof ImageProcessConfig]-?: ImageProcessConfig[K] }
>(
  {},
  {
    User: oneLine,
    ExposedPorts: keys,
    Env: texts,
    Entrypoint: texts,
    Cmd: texts,
    Volumes: keys,
    WorkingDir: oneLine,
    Labels: map(orEmpty("", text)),
    StopSignal: oneLine,
    Healthcheck: healthcheck,
    OnBuild: texts,
    Shell: texts,
  },
);

const history = members<Record<never, never>, { [K in keyof ImageHistory]-?: ImageHistory[K] }>(
  {},
  { created: text, created_by: text, author: text, comment: text, empty_layer: flag },
);

/** All members that tspod uses, those of Docker's format too; others are not looked at. */
const configShape = members(
  {
    architecture: oneLine,
    os: oneLine,
    rootfs: members({ type: oneOf("layers"), diff_ids: orEmpty([], list(digest)) }),
  },
  {
    created: text,
    author: text,
    variant: oneLine,
    "os.version": text,
    "os.features": list(text),
    config: processShape,
    history: list(orEmpty({}, history)),
  },
);

/**
 * An image config as the program uses it, with null as absent. What is stored is not this, but the bytes as
 * they came.
 * @param content as they came, or as they are stored
 * @throws {TspodError} `invalid image config at config.Env: it must be a list`
 * @see https://github.com/opencontainers/image-spec/blob/main/config.md
 */
export function parseImageConfig(content: string): ImageConfig {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new TspodError("invalid image config: it is not JSON");
  }
  return checkShape(configShape, value, "image config") as ImageConfig;
}

/**
 * The part of an image config that says how a container of it runs, from a file of its own.
 * @param path of the file, for messages
 * @throws {TspodError} If it isn't JSON, or a member is of another type.
 */
export function parseProcessConfig(content: string, path: string): ImageProcessConfig {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new TspodError(`invalid image config in "${path}": it is not JSON`);
  }
  return checkShape(processShape, value, `image config in "${path}"`) as ImageProcessConfig;
}

/**
 * As parseImageConfig(), for an image that comes here.
 * @param layers how many its manifest has
 * @throws {TspodError} If it names another number of layers.
 */
export function parseConfigOf(content: string, layers: number): ImageConfig {
  const config = parseImageConfig(content);
  const { length } = config.rootfs.diff_ids;
  if (length !== layers) throw new TspodError(`image config names ${length} layers, its manifest ${layers}`);
  return config;
}

import { posix } from "node:path";
import { TspodError } from "../../errors.ts";
import type { ImageProcessConfig } from "../../oci/image-config.ts";
import { ownValue } from "../../oci/shape.ts";
import { parseSignal } from "../../oci/signal.ts";

/**
 * A change to an image's config: what a value does to it. @throws {TspodError} What is wrong with the value.
 */
type Change = (config: ImageProcessConfig, value: string) => ImageProcessConfig;

const PORT_MAX = 65_535;

const CHANGES: Readonly<Record<string, Change>> = {
  CMD: (config, value) => ({ ...config, Cmd: commandOf(value) }),
  ENTRYPOINT: (config, value) => ({ ...config, Entrypoint: commandOf(value) }),
  ENV(config, value) {
    const [key, text] = keyAndValue(value, "ENV");
    const others = (config.Env ?? []).filter((entry) => !entry.startsWith(`${key}=`));
    return { ...config, Env: [...others, `${key}=${text}`] };
  },
  EXPOSE: (config, value) => ({ ...config, ExposedPorts: { ...config.ExposedPorts, [portOf(value)]: {} } }),
  LABEL(config, value) {
    const [key, text] = keyAndValue(value, "LABEL");
    return { ...config, Labels: { ...config.Labels, [key]: text } };
  },
  ONBUILD: (config, value) => ({ ...config, OnBuild: [...(config.OnBuild ?? []), value] }),
  STOPSIGNAL(config, value) {
    try {
      return { ...config, StopSignal: String(parseSignal(value).number) };
    } catch (cause) {
      throw new TspodError("KILLSIGNAL must be given a valid signal", { cause });
    }
  },
  USER(config, value) {
    if (value === "") throw new TspodError("must provide a value to USER");
    return { ...config, User: value };
  },
  VOLUME(config, value) {
    if (value === "") throw new TspodError("VOLUME must have at least one argument");
    const paths = jsonList(value) ?? value.split(/\s+/).map(unquoted);
    return {
      ...config,
      Volumes: { ...config.Volumes, ...Object.fromEntries(paths.map((path) => [path, {}])) },
    };
  },
  WORKDIR: (config, value) => ({
    ...config,
    WorkingDir: value.startsWith("/") ? value : posix.join(config.WorkingDir ?? "", value),
  }),
};

/**
 * A config with the instructions of `--change` carried out, in their order: `CMD ["a"]`, `ENV A=b`,
 * `ENV=A=b`.
 * @throws {TspodError} If one is no instruction, or its value is none, in Podman's words.
 */
export function applyImageChanges(
  config: ImageProcessConfig,
  changes: readonly string[],
): ImageProcessConfig {
  return changes.reduce((before, change) => {
    const [, key = "", value] = /^([^ ]*) (.*)$/s.exec(change) ?? /^([^=]*)=(.*)$/s.exec(change) ?? [];
    if (value === undefined)
      throw new TspodError(`invalid change "${change}" - must be formatted as KEY VALUE`);
    const name = key.trim().toUpperCase();
    const apply = ownValue(CHANGES, name);
    if (apply === undefined) throw new TspodError(`invalid change "${change}" - invalid instruction ${name}`);
    try {
      return apply(before, value.trim());
    } catch (error) {
      if (!(error instanceof TspodError)) throw error;
      const reason =
        error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
      throw new TspodError(`invalid change "${change}" - ${reason}`);
    }
  }, config);
}

/** A JSON array, or a line for the shell; nothing is no command. */
function commandOf(value: string): readonly string[] {
  return jsonList(value) ?? (value === "" ? [] : ["/bin/sh", "-c", value]);
}

function jsonList(value: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : undefined;
  } catch {
    return undefined; // that is the other form
  }
}

function keyAndValue(text: string, instruction: string): [key: string, value: string] {
  const equals = text.indexOf("=");
  const key = unquoted(equals === -1 ? text : text.slice(0, equals));
  if (key === "") throw new TspodError(`${instruction} must have at least one argument`);
  return [key, equals === -1 ? "" : unquoted(text.slice(equals + 1))];
}

function unquoted(text: string): string {
  return /^"(.*)"$/s.exec(text)?.[1] ?? text;
}

function portOf(value: string): string {
  const [port = "", protocol = "tcp", ...more] = value.split("/");
  if (more.length > 0) throw new TspodError("EXPOSE port must be formatted as PORT[/PROTO]");
  if (!/^[+-]?\d+$/.test(port)) throw new TspodError("EXPOSE port must be an integer");
  const number = Number(port);
  if (number < 1 || number > PORT_MAX) throw new TspodError("EXPOSE port must be a valid port number");
  const known = protocol.toLowerCase();
  if (known !== "tcp" && known !== "udp") throw new TspodError("EXPOSE protocol must be TCP or UDP");
  return `${number}/${known}`;
}

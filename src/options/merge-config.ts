import type { ImageProcessConfig } from "../oci/image-config.ts";
import { splitPair } from "./parse/key-value.ts";

/**
 * An image's config with the settings of another one: variables, labels, ports, volumes and ONBUILD come to
 * those before, all else takes their place. What is empty changes nothing.
 * @see podman-commit(1), --config
 */
export function mergeConfig(config: ImageProcessConfig, override: ImageProcessConfig): ImageProcessConfig {
  const given = Object.fromEntries(Object.entries(override).filter(([, value]) => !isEmpty(value)));
  return {
    ...config,
    ...given,
    ...(!isEmpty(override.Env) && { Env: mergeEnv(config.Env ?? [], override.Env ?? []) }),
    ...merged("Labels", config, override),
    ...merged("ExposedPorts", config, override),
    ...merged("Volumes", config, override),
    ...(!isEmpty(override.OnBuild) && { OnBuild: [...(config.OnBuild ?? []), ...(override.OnBuild ?? [])] }),
  };
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function mergeEnv(before: readonly string[], after: readonly string[]): string[] {
  const all = new Map([...before, ...after].map(splitPair));
  return [...all].map(([name, value]) => `${name}=${value}`);
}

function merged(
  name: "Labels" | "ExposedPorts" | "Volumes",
  config: ImageProcessConfig,
  override: ImageProcessConfig,
): ImageProcessConfig {
  return isEmpty(override[name]) ? {} : { [name]: { ...config[name], ...override[name] } };
}

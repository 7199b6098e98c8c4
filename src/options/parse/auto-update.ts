import { TspodError } from "../../errors.ts";
import { ownValue } from "../../oci/shape.ts";

/** The label that names a container's policy of auto-updates. @see podman-auto-update(1) */
export const AUTO_UPDATE_LABEL = "io.containers.autoupdate";
/** The label with the file of credentials to look for a newer image with. */
export const AUTO_UPDATE_AUTHFILE_LABEL = "io.containers.autoupdate.authfile";
/** The label, and the variable that a unit sets, with the unit's name. */
export const SYSTEMD_UNIT = "PODMAN_SYSTEMD_UNIT";

export type AutoUpdatePolicy = "disabled" | "registry" | "local";

/** `image` is what `registry` was called once. */
const POLICIES: Readonly<Record<string, AutoUpdatePolicy>> = {
  "": "disabled",
  // An empty value in a file where nothing takes its quotes off.
  "''": "disabled",
  disabled: "disabled",
  image: "registry",
  local: "local",
  registry: "registry",
};

/** @throws {TspodError} If it is no policy. */
export function parseAutoUpdatePolicy(text: string): AutoUpdatePolicy {
  const policy = ownValue(POLICIES, text);
  if (policy !== undefined) return policy;
  const known = Object.keys(POLICIES).filter((name) => /\w/.test(name));
  throw new TspodError(
    `invalid auto-update policy "${text}": valid policies are [${known.map((name) => `"${name}"`).join(" ")}]`,
  );
}

/**
 * A container whose image is to be looked for in a registry must say in which one.
 * @param labels of the container
 * @param image what the user typed as the image
 * @throws {TspodError} If it has no registry's name in it, or comes from elsewhere.
 */
export function checkAutoUpdate(labels: Readonly<Record<string, string>>, image: string): void {
  const value = labels[AUTO_UPDATE_LABEL];
  if (value !== "registry" && value !== "image") return;
  const [, transport] = /^(docker-archive|oci-archive|oci|dir):/.exec(image) ?? [];
  if (transport !== undefined) {
    throw new TspodError(
      `auto updates require the docker image transport but image is of transport "${transport}"`,
    );
  }
  const [domain = "", ...path] = image.replace(/^docker:\/\//, "").split("/");
  if (path.length === 0 || !(/[.:]/.test(domain) || domain === "localhost")) {
    throw new TspodError(`short name: auto updates require fully-qualified image reference: "${image}"`);
  }
}

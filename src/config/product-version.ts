import { packageKind } from "../os/program-files.ts";

/** The version of tspod; a test compares it with package.json. */
export const PRODUCT_VERSION = "0.1.0";

/** The Podman whose command line this is: scripts and clients compare versions before they use a flag. */
export const PODMAN_VERSION = "5.8.6";

/** The Buildah in that Podman. */
export const BUILDAH_VERSION = "1.43.2";

/** The Docker that programs find which call tspod `docker`. */
export const DOCKER_VERSION = "28.5.2";

/** The version of Docker's API that this Docker has, and the oldest one that it answers. */
export const DOCKER_API = { version: "1.51", oldest: "1.24" };

/**
 * What a program that asks for the version compares.
 * @param name what the user called: `tspod`, or `podman` or `docker` by a link or an alias
 * @returns Podman's version, with ours as build metadata (semver.org, 10), or just what that program would
 * say
 */
export function versionFor(name: string): string {
  if (name === "docker") return DOCKER_VERSION;
  return name === "podman" ? PODMAN_VERSION : `${PODMAN_VERSION}+tspod.${ownVersion()}`;
}

/** Our version and the kind of package, as build metadata has them: `0.1.0.deb`; `0.1.0` from source. */
export function ownVersion(): string {
  return [PRODUCT_VERSION, packageKind()].filter((part) => part !== undefined).join(".");
}

/** The line that `--version` prints. */
export function versionLine(name: string): string {
  return name === "docker"
    ? `Docker version ${DOCKER_VERSION}, build tspod-${ownVersion()}`
    : `${name} version ${versionFor(name)}`;
}

import { execFileSync } from "node:child_process";
import { type Host, type HostOptions, makeHost } from "./host.ts";
import { requireProgram } from "./program.ts";

/**
 * The podman that this machine has: Debian 12's is 4.3.1, Debian 13's 5.4.2, Debian 14's 5.8. Where they
 * differ tspod does what 5.8 does, and a test that compares says of which version a difference is.
 */
export const PODMAN = requireProgram("podman", "podman");

/** For example "4.3.1". */
export const PODMAN_VERSION =
  execFileSync(PODMAN, ["--version"], { encoding: "utf8" }).trim().split(" ").at(-1) ?? "";

/** 4 or 5. */
export const PODMAN_MAJOR = Number(PODMAN_VERSION.split(".")[0]);

/** What both use for a network, where nothing else is asked for: from 5.0 on Podman would take pasta. */
const NETWORK = '\n[network]\ndefault_rootless_network_cmd = "slirp4netns"\n';

/** A host whose program is podman, with the defaults that tspod has. */
export function makePodman(options: Omit<HostOptions, "program" | "configuration"> = {}): Host {
  const engine = '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n';
  const configuration = PODMAN_MAJOR < 5 ? engine : engine + NETWORK;
  return makeHost({ ...options, program: PODMAN, configuration });
}

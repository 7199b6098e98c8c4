/** What this host has for a user without rights, as front ends ask for it: reads only. */
export { detectCgroup, isHybridHost } from "../rootless/cgroup.ts";
export { fileSystemUse, readHostInfo, readProgramInfo } from "../rootless/host-info.ts";
export { readIdMaps } from "../rootless/id-map.ts";
export { chooseRuntime } from "../rootless/runtime.ts";
export { subordinateIds } from "../rootless/subordinate-ids.ts";

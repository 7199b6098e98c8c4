/** Manifest lists, as front ends make and change them: podman-events(1) has no events of that. */
export { changeImageList, createImageList } from "../storage/images/image-list-changes.ts";

/** Podman's annotations of a claim, for the driver `image`. */
export const DRIVER_ANNOTATION = "volume.podman.io/driver";
export const IMAGE_ANNOTATION = "volume.podman.io/image";

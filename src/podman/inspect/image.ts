import { repoDigests } from "../../image/repo-digests.ts";
import { digestHex } from "../../oci/digest.ts";
import type { StoredImage } from "../../storage/images/stored-image.ts";
import { goMap, goTime } from "../go/value.ts";
import { withoutNulls } from "./without-nulls.ts";

/**
 * An image as `podman image inspect` (4.3) shows it.
 * @param layers absolute paths of its layers' directories, the topmost first
 * @see https://github.com/containers/common/blob/v0.49.1/libimage/inspect.go
 */
export function inspectImage(image: StoredImage, layers: readonly string[]) {
  const { config, manifest } = image;
  const process = config.config ?? {};
  const [top, ...below] = layers;
  return {
    Id: digestHex(image.id),
    Digest: image.topDigest,
    RepoTags: image.names.filter((name) => !name.includes("@")),
    RepoDigests: repoDigests(image),
    Parent: "",
    Comment: config.history?.at(-1)?.comment ?? "",
    Created: goTime(config.created),
    Config: withoutNulls({
      User: process.User || undefined,
      ExposedPorts: process.ExposedPorts && goMap(process.ExposedPorts),
      Env: process.Env,
      Entrypoint: process.Entrypoint,
      Cmd: process.Cmd,
      Volumes: process.Volumes && goMap(process.Volumes),
      WorkingDir: process.WorkingDir || undefined,
      Labels: process.Labels && goMap(process.Labels),
      StopSignal: process.StopSignal || undefined,
      // Fields of Docker, which Podman leaves out.
      Healthcheck: process.Healthcheck || undefined,
      OnBuild: process.OnBuild || undefined,
      Shell: process.Shell || undefined,
    }),
    Version: "",
    Author: config.author ?? "",
    Architecture: config.architecture,
    Os: config.os,
    Size: image.size,
    VirtualSize: image.size,
    GraphDriver: {
      Name: "overlay",
      Data: { ...(below.length === 0 ? {} : { LowerDir: below.join(":") }), UpperDir: top ?? "" },
    },
    RootFS: { Type: "layers", Layers: config.rootfs.diff_ids },
    Labels: process.Labels ? goMap(process.Labels) : null,
    Annotations: goMap(manifest.annotations),
    ManifestType: image.mediaType,
    User: process.User ?? "",
    History: (config.history ?? []).map((entry) => withoutNulls({ ...entry })),
    NamesHistory: image.names,
    ...(process.Healthcheck ? { Healthcheck: process.Healthcheck } : {}),
  };
}

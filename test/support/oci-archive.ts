import { descriptorOf, type TestImage } from "./image.ts";
import { tarArchive } from "./tar-archive.ts";

/** An OCI layout with one image, as a tar: what `skopeo copy … oci-archive:` writes and `load` reads. */
export function ociArchive({ manifest, config, layers }: TestImage, name: string): Buffer {
  const index = {
    schemaVersion: 2,
    manifests: [{ ...descriptorOf(manifest), annotations: { "org.opencontainers.image.ref.name": name } }],
  };
  return tarArchive([
    { path: "oci-layout", content: '{"imageLayoutVersion":"1.0.0"}' },
    { path: "index.json", content: JSON.stringify(index) },
    ...[manifest, config, ...layers].map(({ digest, content }) => ({
      path: `blobs/sha256/${digest.slice("sha256:".length)}`,
      content,
    })),
  ]);
}

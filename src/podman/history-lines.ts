import { digestHex } from "../oci/digest.ts";
import type { StoredImage } from "../storage/images/stored-image.ts";
import { soundLayer } from "../storage/layers/layers.ts";
import type { Store } from "../storage/store.ts";

/** One step in which an image was made. */
export interface HistoryLine {
  /** 64 hex digits of the image that was complete with this step; undefined where that is not here. */
  readonly id: string | undefined;
  /** That image's. */
  readonly names: readonly string[];
  /** RFC 3339. */
  readonly created: string;
  readonly createdBy: string;
  /** Bytes of the uncompressed layer; 0 for a step that made none. */
  readonly size: number;
  readonly comment: string;
}

const NEVER = "0001-01-01T00:00:00Z";

/**
 * The steps of an image, the last first. Each image has its ID beside one step only: the last that was made
 * on its topmost layer, as Podman shows it.
 * @param others all images that are here
 */
export function historyLines(
  store: Store,
  image: StoredImage,
  others: readonly StoredImage[],
): HistoryLine[] {
  const shown = new Set<string>([image.id]);
  let depth = image.chainIds.length;
  const steps = (image.config.history ?? []).toReversed();
  return steps.map((step, index) => {
    const chainId = image.chainIds[depth - 1];
    const owner =
      index === 0
        ? image
        : others.find(
            ({ id, chainIds }) => chainId !== undefined && chainIds.at(-1) === chainId && !shown.has(id),
          );
    if (owner !== undefined) shown.add(owner.id);
    const empty = step.empty_layer === true;
    if (!empty) depth--;
    return {
      id: owner === undefined ? undefined : digestHex(owner.id),
      names: owner?.names ?? [],
      created: step.created ?? NEVER,
      createdBy: step.created_by ?? "",
      size: empty || chainId === undefined ? 0 : (soundLayer(store, chainId)?.size ?? 0),
      comment: step.comment ?? "",
    };
  });
}

import { lstatSync, readlinkSync } from "node:fs";
import { resolve } from "node:path";
import { NotFoundError } from "../../errors.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Store } from "../store.ts";
import { layerPath } from "./layer-record.ts";

/** What to say of a layer that a container needs and that is not at its place any more. */
export function lostLayer(store: Store, id: Digest): NotFoundError {
  const place = layerPath(store, id);
  const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  const advice = isLink
    ? `was in the image store "${resolve(readlinkSync(place), "../..")}": bring that back, or pull its image`
    : "is not in the store: pull its image again";
  return new NotFoundError(`layer "${id}" ${advice}`);
}

import { randomInt } from "node:crypto";
import { randomName } from "../oci/random-name.ts";
import { isNameTaken } from "../storage/container-directory.ts";
import type { Store } from "../storage/store.ts";

/** A name like `eager_curie` that no container has. */
export function chooseName(store: Store): string {
  for (;;) {
    const name = randomName((below) => randomInt(below));
    if (!isNameTaken(store, name)) return name;
  }
}

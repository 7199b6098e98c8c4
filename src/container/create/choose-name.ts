import { randomName } from "../../options/random-name.ts";
import { isNameTaken } from "../../storage/containers/container-directory.ts";
import { randomHex } from "../../storage/random-hex.ts";
import type { Store } from "../../storage/store.ts";

/** A name like `eager_curie` that no container has. */
export function chooseName(store: Store): string {
  for (;;) {
    // 32 bits over some hundred words: no word is noticeably likelier than another.
    const name = randomName((below) => Number.parseInt(randomHex(4), 16) % below);
    if (!isNameTaken(store, name)) return name;
  }
}

/** What was found: its JSON, and what kind of thing it is, which says what its templates see. */
export interface FoundObject {
  readonly kind: "container" | "image" | "network" | "pod" | "volume";
  readonly object: object;
}

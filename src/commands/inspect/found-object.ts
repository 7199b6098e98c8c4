/** What was found: its JSON, and what kind of thing it is, which says what its templates see. */
export interface FoundObject {
  readonly kind: "artifact" | "container" | "image" | "network" | "pod" | "volume";
  readonly object: object;
  /** What templates see beside it. */
  readonly methods?: object;
}

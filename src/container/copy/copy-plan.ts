import { TspodError } from "../../errors.ts";

/** What a path leads to. */
export type Kind = "directory" | "other" | "missing";

export interface CopySides {
  readonly source: {
    readonly kind: Exclude<Kind, "missing">;
    /** Its last name; empty for the root. */
    readonly name: string;
    /** Whether the path ends in `/.`: the content of the directory is meant. */
    readonly contents: boolean;
  };
  readonly destination: {
    readonly kind: Kind;
    /** Whether the path ends in a slash. */
    readonly slash: boolean;
    /** For messages: `"/x" could not be found on container a`. */
    readonly notFound: string;
  };
}

/**
 * `as`: the source becomes the destination; `into`: it gets that name in it; `contents`: what is in it goes
 * into it.
 */
export type CopyPlan =
  | { readonly kind: "as" }
  | { readonly kind: "into"; readonly name: string }
  | { readonly kind: "contents" };

/**
 * What `cp` does with what there is on both sides (podman-cp(1)).
 * @throws {TspodError} If the two don't go together.
 */
export function planCopy({ source, destination }: CopySides): CopyPlan {
  const directory = source.kind === "directory";
  switch (destination.kind) {
    case "missing":
      if (destination.slash) throw new TspodError(`${destination.notFound}: no such file or directory`);
      return { kind: "as" };
    case "directory":
      if (directory && (source.contents || source.name === "")) return { kind: "contents" };
      return { kind: "into", name: source.name };
    case "other":
      if (directory) throw new TspodError("destination must be a directory when copying a directory");
      if (destination.slash) throw new TspodError(`${destination.notFound}: not a directory`);
      return { kind: "as" };
  }
}

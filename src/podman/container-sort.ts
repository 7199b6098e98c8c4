import type { ContainerSize } from "../container/rootfs/container-size.ts";
import type { Container } from "../container/state/list.ts";
import type { NetworkOptions } from "../options/create-options.ts";
import { commandOf, imageName } from "./container-row.ts";

/** What `ps --sort` knows. */
export const SORT_KEYS = [
  "command",
  "created",
  "id",
  "image",
  "names",
  "runningfor",
  "size",
  "status",
] as const;

/** A container to show, measured where --size asks for it. */
export interface Shown {
  readonly container: Container;
  readonly size?: ContainerSize;
  /** Of the container whose network namespace it shares. */
  readonly network?: NetworkOptions;
}

/** @param key one of SORT_KEYS @param shown oldest first */
export function sortContainers(key: string, shown: readonly Shown[]): Shown[] {
  if (key === "created" || key === "runningfor") return [...shown];
  const value = sortValue(key);
  return [...shown].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  });
}

function sortValue(key: string): (shown: Shown) => string | number {
  switch (key) {
    case "command":
      return ({ container }) => commandOf(container).join(" ");
    case "id":
      return ({ container }) => container.record.id;
    case "image":
      return ({ container }) => imageName(container);
    case "names":
      return ({ container }) => container.record.name;
    case "size":
      return ({ size }) => size?.rwSize ?? 0;
    default:
      return ({ container }) => container.state.status;
  }
}

import type { ContainerSize } from "../../container/container-size.ts";
import type { InspectFacts } from "../../container/inspect-facts.ts";

/** What inspect shows of a container beyond its record and state. */
export interface ContainerFacts extends InspectFacts {
  /** With --size. */
  readonly size?: ContainerSize | undefined;
  /** `systemd`, `cgroupfs` or `disabled`. */
  readonly cgroupManager: string;
}

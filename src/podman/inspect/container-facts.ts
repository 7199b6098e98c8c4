import type { InspectFacts } from "../../container/report/inspect-facts.ts";
import type { ContainerSize } from "../../container/rootfs/container-size.ts";

/** What inspect shows of a container beyond its record and state. */
export interface ContainerFacts extends InspectFacts {
  /** With --size. */
  readonly size?: ContainerSize | undefined;
}

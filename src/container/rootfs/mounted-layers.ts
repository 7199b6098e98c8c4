import type { Digest } from "../../oci/digest.ts";
import { layersOf } from "../../options/container-record.ts";
import { type Container, type ContainerPlace, listContainers } from "../state/list.ts";

/** A container that has the layer mounted now, in its root file system or as part of another image. */
export function findMounting(place: ContainerPlace, chainId: Digest): Container | undefined {
  return listContainers(place).find(({ record, state }) => {
    const isUp = state.pid !== 0 || state.monitorPid !== 0;
    return isUp && layersOf(record).includes(chainId);
  });
}

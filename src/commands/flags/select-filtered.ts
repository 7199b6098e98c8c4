import { type ContainerPlace, listContainers } from "../../container/state/list.ts";
import { type ContainerSelection, type SelectedContainer, selectContainers } from "./select-containers.ts";

/**
 * As selectContainers(), and of those only the ones that fit `--filter`. Filters without names look at all
 * containers.
 * @throws {NotFoundError} If one that is named is not there.
 * @throws {TspodError} If a filter is unknown or its value is no value.
 */
async function selectFiltered(
  place: ContainerPlace,
  selection: ContainerSelection & { readonly filters: readonly string[] },
): Promise<SelectedContainer[]> {
  const { filters, operands, cidFiles = [], latest = false, all = false } = selection;
  if (filters.length === 0) return selectContainers(place, selection);
  const { containerFilter } = await import("../../podman/container-filter.ts");
  const named = operands.length > 0 || cidFiles.length > 0 || latest;
  const fits = containerFilter(filters, { containers: listContainers(place), now: Date.now() });
  return selectContainers(place, { ...selection, all: all || !named }).filter(({ container }) =>
    fits(container),
  );
}

/** What a call's operands and selectionFlags say. */
export interface SelectingCall {
  readonly operands: readonly string[];
  readonly flags: {
    readonly all?: boolean;
    readonly latest?: boolean;
    readonly ignore?: boolean;
    readonly cidfile?: readonly string[];
    readonly filter?: readonly string[];
  };
}

/** selectFiltered() for a call. */
export function selectByFlags(
  place: ContainerPlace,
  { operands, flags }: SelectingCall,
): Promise<SelectedContainer[]> {
  const { all = false, latest = false, ignore = false, cidfile = [], filter = [] } = flags;
  return selectFiltered(place, { operands, all, latest, ignore, cidFiles: cidfile, filters: filter });
}

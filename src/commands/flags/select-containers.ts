import { existsSync } from "node:fs";
import { findContainer, latestContainer } from "../../container/state/find.ts";
import { type Container, type ContainerPlace, listContainers } from "../../container/state/list.ts";
import { NotFoundError } from "../../errors.ts";
import { withoutSlash } from "../../options/names.ts";
import { readCidFile } from "./cid-file.ts";

/** A container, and what the user called it: the commands print it back as it was typed. */
export interface SelectedContainer {
  readonly operand: string;
  readonly container: Container;
}

export interface ContainerSelection {
  readonly operands: readonly string[];
  /** All there are. */
  readonly all?: boolean;
  readonly latest?: boolean;
  /** Files with an ID each, absolute or relative to the working directory. */
  readonly cidFiles?: readonly string[];
  /** Names that nothing goes by are left out. */
  readonly ignore?: boolean;
}

/**
 * The containers that a command is to work on. As Podman: an unknown name fails before anything is touched.
 * @throws {NotFoundError} If one of them is not there, unless they are ignored.
 */
export function selectContainers(place: ContainerPlace, selection: ContainerSelection): SelectedContainer[] {
  if (selection.all) {
    return listContainers(place).map((container) => ({ operand: container.record.id, container }));
  }
  if (selection.latest) {
    const container = latestContainer(place);
    return [{ operand: container.record.id, container }];
  }
  const operands = [
    ...selection.operands,
    ...(selection.cidFiles ?? []).flatMap((path) => idsIn(path, selection)),
  ];
  return operands.flatMap((operand) => {
    try {
      return [{ operand: withoutSlash(operand), container: findContainer(place, operand) }];
    } catch (error) {
      if (selection.ignore && error instanceof NotFoundError) return [];
      throw error;
    }
  });
}

/** A file that is not there names no container, where these are ignored. */
function idsIn(path: string, { ignore }: ContainerSelection): string[] {
  return ignore && !existsSync(path) ? [] : [readCidFile(path)];
}

import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { removeContainer } from "../../../container/remove.ts";
import { findContainer } from "../../../container/state/find.ts";
import { TspodError } from "../../../errors.ts";
import { imageEvent } from "../../../image/event.ts";
import { digestHex } from "../../../oci/digest.ts";
import { appendEvent } from "../../../storage/events.ts";
import type { ResolvedAny } from "../../../storage/images/image-list.ts";
import { imageUsers, removeImage, untagImage } from "../../../storage/images/image-store.ts";
import { engineOf } from "../../flags/engine-of.ts";

/** What a removal has done. */
export interface Removal {
  /** Full references. */
  readonly untagged: readonly string[];
  /** ID, in hex; undefined: a name was taken away, no more. */
  readonly deleted: string | undefined;
}

export interface RemovalOptions {
  /** Remove also the containers that were made from it, and what has several names by its ID. */
  readonly force: boolean;
  /** Remove what has several names by its ID. */
  readonly all: boolean;
}

/**
 * Take a name from an image or a list; with its last name, or by its ID, remove it.
 * @throws {InUseError} If a container was made from it.
 * @throws {TspodError} If it is named by its ID, has several names, and neither flag is given.
 */
export async function removeNamed<T extends FlagTable>(
  call: Call<T>,
  { image, name }: ResolvedAny,
  { force, all }: RemovalOptions,
): Promise<Removal> {
  const store = call.store();
  const { id, names } = image;
  if (name !== undefined && names.length > 1) {
    await untagImage(store, image, [name]);
    appendEvent(store, imageEvent("untag", { id, name }));
    return { untagged: [name], deleted: undefined };
  }
  if (names.length > 1 && !force && !all) {
    throw new TspodError(
      `unable to delete image "${digestHex(id)}" by ID with more than one tag ([${names.join(" ")}]): please force removal`,
    );
  }
  if (force) await removeUsers(call, imageUsers(store, image));
  await removeImage(store, image);
  for (const each of names) appendEvent(store, imageEvent("untag", { id, name: each }));
  appendEvent(store, imageEvent("remove", { id, name: digestHex(id) }));
  return { untagged: names, deleted: digestHex(id) };
}

async function removeUsers<T extends FlagTable>(call: Call<T>, ids: readonly string[]): Promise<void> {
  const engine = engineOf(call);
  for (const id of ids) {
    await removeContainer(engine, findContainer(engine, id), {
      force: true,
      volumes: false,
      timeout: 10,
      warn: (line) => call.warn(`WARN[0000] ${line}`),
    });
  }
}

import { NotFoundError } from "../../errors.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { CreateOptions, ResourceOptions } from "../../options/create-options.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { isNameTaken } from "../../storage/containers/container-directory.ts";
import { resolveImage } from "../../storage/images/image-store.ts";
import type { Store } from "../../storage/store.ts";
import type { Engine } from "../state/engine.ts";
import type { Container } from "../state/list.ts";
import { type CreateRequest, createContainer } from "./create.ts";

export interface CloneRequest {
  /** Absent: the original's with `-clone` behind it. */
  readonly name: string | undefined;
  /** Absent: the original's. */
  readonly image: CreateRequest["image"];
  readonly changes: Partial<ResourceOptions>;
}

/**
 * Make a container with the settings of another. Named volumes are shared, anonymous ones are the clone's
 * own.
 * @throws {InUseError} If the name is taken.
 * @throws {NotFoundError} If the original's image is not there any more.
 */
export function cloneContainer(
  engine: Engine,
  { record }: Container,
  { name, image, changes }: CloneRequest,
): Promise<Container> {
  return createContainer(engine, {
    options: {
      ...clonedOptions(record.options, changes),
      ...(image && { source: { kind: "image", name: image.name } }),
    },
    name: name ?? freeName(engine.store, record.name),
    image: image ?? imageOf(engine.store, record),
    runtime: record.runtime,
    createCommand: record.createCommand,
  });
}

function imageOf(store: Store, { image }: ContainerRecord): CreateRequest["image"] {
  if (image === undefined) return undefined;
  const found = resolveImage(store, image.id);
  if (found === undefined) throw new NotFoundError(`${image.name}: image not known`);
  return { stored: found.image, name: image.name };
}

/**
 * Choices that were made for the original are made again; volumes that other containers brought keep their
 * names.
 */
function clonedOptions(options: CreateOptions, changes: Partial<ResourceOptions>): CreateOptions {
  const { idMaps: _, hostGroup: __, ...others } = options;
  return {
    ...others,
    mounts: options.mounts.map(withoutLayers),
    volumesFrom: [],
    hostUsers: options.userns.kind === "keep-id" ? [] : options.hostUsers,
    resources: { ...options.resources, ...changes },
  };
}

function withoutLayers(mount: MountRequest): MountRequest {
  if (mount.type !== "image") return mount;
  const { chainIds: _, ...request } = mount;
  return request;
}

function freeName(store: Store, name: string): string {
  for (let number = 0; ; number++) {
    const candidate = `${name}-clone${number === 0 ? "" : number}`;
    if (!isNameTaken(store, candidate)) return candidate;
  }
}

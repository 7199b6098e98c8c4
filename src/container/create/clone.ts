import { NotFoundError } from "../../errors.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { CreateOptions, ResourceOptions } from "../../options/create-options.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { isNameTaken } from "../../storage/containers/container-directory.ts";
import { resolveImage } from "../../storage/images/stored-image.ts";
import type { Store } from "../../storage/store.ts";
import type { Engine } from "../state/engine.ts";
import type { Container } from "../state/list.ts";
import { type CreateRequest, createContainer } from "./create.ts";

export interface CloneRequest {
  /** Absent: the original's with `-clone` behind it. */
  readonly name: string | undefined;
  /** Absent: that of the original. */
  readonly image: CreateRequest["image"];
  readonly changes: Partial<ResourceOptions>;
  /** What else the clone's options are to be, of those that it would have. */
  readonly adapt?: ((options: CreateOptions) => CreateOptions) | undefined;
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
  { name, image, changes, adapt = (options) => options }: CloneRequest,
): Promise<Container> {
  return createContainer(engine, {
    options: adapt({
      ...clonedOptions(record.options, changes),
      ...(image && { source: { kind: "image", name: image.name } }),
    }),
    name: name ?? cloneName(engine.store, record.name),
    image: image ?? imageOf(engine.store, record),
    runtime: record.runtime,
    createCommand: record.createCommand,
  });
}

/** @throws {NotFoundError} If the image that a container was made of is not there any more. */
export function imageOf(store: Store, { image }: ContainerRecord): CreateRequest["image"] {
  if (image === undefined) return undefined;
  const found = resolveImage(store, image.id);
  if (found === undefined) throw new NotFoundError(`${image.name}: image not known`);
  return { stored: found.image, name: image.name };
}

/**
 * Choices that were made for the original are made again; volumes that other containers brought keep their
 * names.
 */
export function clonedOptions(options: CreateOptions, changes: Partial<ResourceOptions>): CreateOptions {
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

/** The name of a clone that is given none: `web-clone`, and that of a clone's clone `web-clone1`. */
export function cloneName(store: Store, name: string): string {
  const [, base = name, number] = /^(.+)-clone(\d*)$/.exec(name) ?? [];
  for (let next = number === undefined ? 0 : Number(number) + 1; ; next++) {
    const candidate = `${base}-clone${next === 0 ? "" : next}`;
    if (!isNameTaken(store, candidate)) return candidate;
  }
}

import { type Container, type ContainerPlace, listContainers } from "../../container/state/list.ts";
import { TspodError } from "../../errors.ts";
import {
  AUTO_UPDATE_AUTHFILE_LABEL,
  AUTO_UPDATE_LABEL,
  type AutoUpdatePolicy,
  parseAutoUpdatePolicy,
  SYSTEMD_UNIT,
} from "../../options/parse/auto-update.ts";
import { listImages, type StoredImage } from "../../storage/images/stored-image.ts";

export type UpdateStatus = "true" | "false" | "pending" | "failed" | "rolled back";

/** A container that is to be kept up to date. */
export interface UpdateTask {
  readonly container: Container;
  /** `web.service` */
  readonly unit: string;
  readonly policy: Exclude<AutoUpdatePolicy, "disabled">;
  /** What it was made from. */
  readonly image: StoredImage;
  /** That image's name, as the user wrote it. */
  readonly imageName: string;
  /** Credentials for this one only. */
  readonly authFile: string | undefined;
}

/**
 * The containers that run and ask for updates, by their units. One that can't be updated doesn't keep the
 * others.
 * @see podman-auto-update(1)
 */
export function updateTasks(place: ContainerPlace): {
  readonly units: ReadonlyMap<string, readonly UpdateTask[]>;
  readonly errors: readonly TspodError[];
} {
  const images = new Map(listImages(place.store).map((image) => [image.id, image]));
  const units = new Map<string, UpdateTask[]>();
  const errors: TspodError[] = [];
  for (const container of listContainers(place)) {
    try {
      const task = container.state.status === "running" ? taskOf(container, images) : undefined;
      if (task !== undefined) units.set(task.unit, [...(units.get(task.unit) ?? []), task]);
    } catch (error) {
      if (!(error instanceof TspodError)) throw error;
      errors.push(error);
    }
  }
  return { units, errors };
}

/** undefined where no update is asked for. */
function taskOf(container: Container, images: ReadonlyMap<string, StoredImage>): UpdateTask | undefined {
  const { id, image: made, options } = container.record;
  const text = options.labels[AUTO_UPDATE_LABEL];
  const policy = text === undefined ? "disabled" : parseAutoUpdatePolicy(text);
  if (policy === "disabled") return undefined;
  const unit = options.labels[SYSTEMD_UNIT];
  if (unit === undefined)
    throw new TspodError(`auto-updating container "${id}": no ${SYSTEMD_UNIT} label found`);
  const image = made === undefined ? undefined : images.get(made.id);
  if (image === undefined) throw new TspodError(`auto-updating container "${id}": its image is gone`);
  const { source } = options;
  if (source.kind !== "image") return undefined;
  const authFile = options.labels[AUTO_UPDATE_AUTHFILE_LABEL];
  return { container, unit, policy, image, imageName: source.name, authFile };
}

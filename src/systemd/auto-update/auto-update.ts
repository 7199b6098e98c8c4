import type { ContainerPlace } from "../../container/state/list.ts";
import { TspodError } from "../../errors.ts";
import { hasNewerImage } from "../../image/pull/has-newer.ts";
import { type PullOptions, pullImage } from "../../image/pull/pull.ts";
import { nowRfc3339Nano } from "../../os/time.ts";
import { appendEvent } from "../../storage/events.ts";
import { tagImage } from "../../storage/images/image-changes.ts";
import { resolveImage } from "../../storage/images/stored-image.ts";
import { systemctl } from "../systemctl.ts";
import { type UpdateStatus, type UpdateTask, updateTasks } from "./update-task.ts";

export interface AutoUpdateOptions {
  readonly pull: PullOptions;
  /** Only look. */
  readonly dryRun: boolean;
  /** Go back to the image of before where the unit doesn't start with the new one. */
  readonly rollback: boolean;
  readonly debug: (line: string) => void;
}

/** What has become of one container. */
export interface UpdateReport {
  readonly task: UpdateTask;
  readonly status: UpdateStatus;
}

/**
 * Look for newer images of the containers that ask for it, and restart their units with them.
 * @returns a report for each such container, and what went wrong: one failure doesn't keep the others
 */
export async function autoUpdate(
  place: ContainerPlace,
  options: AutoUpdateOptions,
): Promise<{ reports: UpdateReport[]; errors: TspodError[] }> {
  const { units, errors } = updateTasks(place);
  const update: Update = { ...options, place, pulled: new Set(), errors: [...errors] };
  if (units.size === 0) return { reports: [], errors: update.errors };
  appendEvent(place.store, { Name: "", Status: "auto-update", Time: nowRfc3339Nano(), Type: "system" });
  const reports: UpdateReport[] = [];
  for (const [unit, tasks] of units) reports.push(...(await updateUnit(unit, tasks, update)));
  return { reports, errors: update.errors };
}

interface Update extends AutoUpdateOptions {
  readonly place: ContainerPlace;
  /** Names whose new image has come already. */
  readonly pulled: Set<string>;
  readonly errors: TspodError[];
}

async function updateUnit(
  unit: string,
  tasks: readonly UpdateTask[],
  update: Update,
): Promise<UpdateReport[]> {
  const statuses = new Map<UpdateTask, UpdateStatus>();
  for (const task of tasks) statuses.set(task, await fetchUpdate(task, update));
  if ([...statuses.values()].includes("true")) {
    const status = await restartUnit(unit, tasks, update);
    for (const task of tasks) statuses.set(task, status);
  }
  return tasks.map((task) => ({ task, status: statuses.get(task) ?? "failed" }));
}

/** Whether there is something new, and if so have it here. */
async function fetchUpdate(task: UpdateTask, update: Update): Promise<UpdateStatus> {
  const { id } = task.container.record;
  const available = await attempt(update, `checking image updates for container ${id}`, () =>
    isAvailable(task, update),
  );
  if (available === undefined) return "failed";
  if (!available) return "false";
  if (update.dryRun) return "pending";
  const done = await attempt(update, `updating image for container ${id}`, () => pullNew(task, update));
  return done === undefined ? "failed" : "true";
}

/** @returns undefined if it failed, which is noted */
async function attempt<T>(update: Update, what: string, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof TspodError)) throw cause;
    update.errors.push(new TspodError(what, { cause }));
    return undefined;
  }
}

async function isAvailable(
  { policy, imageName, image, authFile }: UpdateTask,
  update: Update,
): Promise<boolean> {
  if (policy === "local") {
    const found = resolveImage(update.place.store, imageName);
    if (found === undefined) throw new TspodError(`${imageName}: image not known`);
    return found.image.manifestDigest !== image.manifestDigest;
  }
  if (update.pulled.has(imageName)) return true;
  try {
    return await hasNewerImage(imageName, image, withAuthFile(update.pull, authFile));
  } catch (error) {
    update.pull.signal?.throwIfAborted();
    if (!(error instanceof TspodError)) throw error;
    // As Podman has it: a registry that is away for a while is no reason to wake anybody up.
    update.debug(`Error checking updates for image ${imageName}: ${error.message} (ignoring error)`);
    return false;
  }
}

async function pullNew({ policy, imageName, authFile }: UpdateTask, update: Update): Promise<true> {
  if (policy === "registry" && !update.pulled.has(imageName)) {
    await pullImage(update.place.store, imageName, {
      ...withAuthFile(update.pull, authFile),
      policy: "always",
    });
    update.pulled.add(imageName);
  }
  return true;
}

function withAuthFile(pull: PullOptions, authFile: string | undefined): PullOptions {
  return authFile === undefined ? pull : { ...pull, authFile };
}

/** Start the unit anew; where it doesn't come up, with the images of before. */
async function restartUnit(
  unit: string,
  tasks: readonly UpdateTask[],
  update: Update,
): Promise<UpdateStatus> {
  const { env, signal } = update.pull;
  const options = { env, ...(signal && { signal }) };
  try {
    await systemctl(["restart", "--", unit], options);
    return "true";
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof TspodError)) throw error;
    update.debug(`restarting unit ${unit}: ${error.message}`);
    if (!update.rollback) return "failed";
  }
  for (const task of tasks) await restoreImage(unit, task, update);
  const restarted = await attempt(update, `restarting unit ${unit} during rollback`, async () => {
    // The unit may have failed so often that systemd would not start it any more.
    await systemctl(["reset-failed", "--", unit], options).catch(() => undefined);
    await systemctl(["restart", "--", unit], options);
    return true;
  });
  return restarted === undefined ? "failed" : "rolled back";
}

async function restoreImage(
  unit: string,
  { container, image, imageName }: UpdateTask,
  update: Update,
): Promise<void> {
  const { id, image: made } = container.record;
  update.pulled.delete(imageName);
  await attempt(update, `rolling back image for container ${id} in unit ${unit}`, () =>
    tagImage(update.place.store, image, made?.name ?? imageName),
  );
}

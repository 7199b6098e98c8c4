import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";
import { findImage } from "../../image/images.ts";
import { parseLabels, parseNamed } from "../../options/parse/key-value.ts";
import { parseVolumeOptions } from "../../options/parse/volume-options.ts";
import { createVolume } from "../../volume/create.ts";
import { createImageVolume } from "../../volume/create-image-volume.ts";

export const command = defineCommand({
  name: "volume create",
  operands: "[NAME]",
  summary: "Create a new volume",
  description: `Makes an empty volume and prints its name; without a name, a random one.

    With --driver image --opt image=IMAGE it shows the files of an image that is here, and keeps what is written over them; all containers that use it see the same. The image stays until the volume is removed.

    With --opt type, device or o it is a mount: mount(8) gets them as \`-t\`, as the device and as \`-o\` when a container uses the volume, and all containers that do so at one time see the same. A user can mount a tmpfs, overlays, and directories of their own (type=bind, or o=bind). The uid and gid of o are those of the volume; nocopy leaves it empty at its first use.`,
  examples: [
    { line: "tspod volume create --label app=web data", help: "a volume with a name and a label" },
    {
      line: "tspod volume create --opt type=tmpfs --opt o=size=64m,uid=1000 scratch",
      help: "a volume in memory, which is gone when no container uses it any more",
    },
    {
      line: "tspod volume create --opt type=bind --opt device=/srv/pages pages",
      help: "a name for a directory of the host",
    },
    {
      line: "tspod volume create --driver image --opt image=localhost/site site",
      help: "the files of an image, writable",
    },
  ],
  flags: {
    driver: {
      type: "string",
      short: "d",
      value: "DRIVER",
      default: "local",
      emptyIsAbsent: true,
      help: "Make the volume a directory or a mount (local), or a writable view of an image (image)",
    },
    gid: {
      type: "int",
      value: "GID",
      help: "Give the volume's directory to this group of the user namespace; no container's first use changes it then",
    },
    ignore: { type: "boolean", help: "Leave a volume that is there as it is" },
    label: { type: "list", short: "l", value: "KEY=VALUE", help: "Set metadata for the volume" },
    opt: { type: "list", short: "o", value: "KEY=VALUE", help: "Set an option of the driver" },
    uid: {
      type: "int",
      value: "UID",
      help: "Give the volume's directory to this user of the user namespace; no container's first use changes it then",
    },
  },
  maxOperands: 1,
  async run(call) {
    const { flags } = call;
    const given = parseNamed(flags.opt, "unable to process options");
    const name = call.operands[0] || undefined; // as Podman: an empty one is none
    const asked = {
      ...(name === undefined ? {} : { name }),
      labels: parseLabels(flags.label),
      orExisting: flags.ignore,
    };
    if (flags.driver === "image") {
      const owner = ownerOf(flags, undefined);
      const store = call.store();
      const find = (text: string) => findImage(store, text).image;
      const request = { ...asked, options: given, findImage: find, ...(owner && { owner }) };
      call.print((await createImageVolume(store, request)).name);
      return;
    }
    const { options, ...parsed } = parseVolumeOptions(given);
    const owner = ownerOf(flags, parsed.owner);
    if (options.type === "bind") checkDevice(options.device);
    if (flags.driver !== "local") throw unknownDriver(flags.driver, name);
    call.print(createVolume(call.store(), { ...asked, options, ...(owner && { owner }) }).name);
  },
});

function unknownDriver(driver: string, name: string | undefined): TspodError {
  return new TspodError(
    `volume ${name ?? "without a name"} uses volume plugin ${driver} but it could not be retrieved: no volume plugin with name ${driver} available: required plugin missing`,
  );
}

/** The flags win over `--opt o=uid=…`, each for itself. */
function ownerOf(
  { uid, gid }: { uid: number | undefined; gid: number | undefined },
  byOptions: { readonly uid: number; readonly gid: number } | undefined,
): { readonly uid: number; readonly gid: number } | undefined {
  const [user, group] = [uid, gid].map((id) => (id === -1 ? undefined : id)); // chown(2) leaves those, too
  for (const id of [user, group])
    if (id !== undefined && id < 0) throw new TspodError(`invalid user or group ID ${id}: less than -1`);
  if (user === undefined && group === undefined) return byOptions;
  return { uid: user ?? byOptions?.uid ?? 0, gid: group ?? byOptions?.gid ?? 0 };
}

/**
 * @throws {TspodError} If there is nothing that could be mounted, wherever a container that uses it is
 * started.
 */
function checkDevice(device = ""): void {
  if (!isAbsolute(device))
    throw new TspodError(
      `invalid volume option device for driver 'local': "${device}": type=bind needs --opt device=PATH, an absolute path`,
    );
  if (existsSync(device)) return;
  throw new TspodError(
    `invalid volume option device for driver 'local': faccessat ${device}: no such file or directory`,
  );
}

import type { MountRequest } from "../../options/mount-request.ts";

/** A mount as a volume of a pod and where a container has it. */
export interface KubeMount {
  readonly volume: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly mount: Readonly<Record<string, unknown>>;
}

/**
 * A mount in Kubernetes' words; undefined for what it has none: volumes that an image declares come by
 * themselves again.
 * @param index counts binds, so that names differ, as Podman's
 * @param kindOf what the path of a bind is
 */
export function kubeMount(
  request: MountRequest,
  index: number,
  kindOf: (path: string) => "Directory" | "File",
): KubeMount | undefined {
  const { destination, readOnly } = request;
  const mount = (name: string, more: object = {}) => ({
    mountPath: destination,
    name,
    ...(readOnly && { readOnly: true }),
    ...more,
  });
  switch (request.type) {
    case "bind": {
      const name = `${slug(request.source) || "root"}-host-${index}`;
      const volume = { hostPath: { path: request.source, type: kindOf(request.source) }, name };
      return { volume, mount: mount(name, subPath(request.subpath)) };
    }
    case "volume": {
      if (request.name === undefined) return undefined;
      // An emptyDir in memory is a volume that goes with the pod: its name begins with the pod's ID.
      if (request.anonymous) {
        const own = request.name.slice(request.name.indexOf("-") + 1);
        return {
          volume: { emptyDir: { medium: "Memory" }, name: own },
          mount: mount(own, subPath(request.subpath)),
        };
      }
      const name = `${slug(request.name)}-pvc`;
      const volume = { name, persistentVolumeClaim: { claimName: request.name } };
      return { volume, mount: mount(name, subPath(request.subpath)) };
    }
    case "tmpfs": {
      const name = `${slug(destination)}-tmpfs`;
      return { volume: { emptyDir: { medium: "Memory" }, name }, mount: mount(name) };
    }
    case "image": {
      const name = `${slug(destination)}-image`;
      return {
        volume: { image: { reference: request.image }, name },
        mount: mount(name, subPath(request.subpath)),
      };
    }
    default:
      return undefined;
  }
}

function subPath(path: string | undefined): object {
  return path === undefined ? {} : { subPath: path };
}

const NAME_MAX = 50;

/** What a volume's name may have: lower case letters, digits and hyphens. */
export function slug(text: string): string {
  const name = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return name.slice(-NAME_MAX).replaceAll(/^-+|-+$/g, "");
}

import { basename, dirname, extname, join, normalize, relative } from "node:path";
import { sectionOf } from "../unit-file/section.ts";
import { type Quadlet, serviceName, templateParts } from "./kinds.ts";

/** A symlink that makes systemd start a service, as `systemctl enable` makes them. */
export interface InstallLink {
  /** In the directory of generated units. */
  readonly path: string;
  /** What it points to, from where it is. */
  readonly target: string;
}

const DIRECTORIES = [
  ["WantedBy", "wants"],
  ["RequiredBy", "requires"],
  ["UpheldBy", "upholds"],
] as const;

/** What the quadlet's [Install] section asks for. A service that is generated can't be enabled. */
export function installLinks(quadlet: Quadlet): InstallLink[] {
  const section = sectionOf(quadlet.unit, "Install");
  const service = `${serviceName(quadlet)}.service`;
  const started = startedInstance(service, section.last("DefaultInstance"));
  const paths = [
    ...section.words("Alias").map((alias) => normalize(alias)),
    ...(started === undefined
      ? []
      : DIRECTORIES.flatMap(([key, suffix]) =>
          section
            .words(key)
            .filter((unit) => !unit.includes("/"))
            .map((unit) => join(`${unit}.${suffix}`, started)),
        )),
  ];
  return paths
    .filter((path) => !path.startsWith("..") && !path.startsWith("/"))
    .map((path) => ({ path, target: relative(dirname(path), service) }));
}

/** A template can't be started itself, only an instance of it. */
function startedInstance(service: string, instance: string | undefined): string | undefined {
  const { base, instance: own } = templateParts(service);
  if (own !== "") return service;
  return instance ? `${base}@${instance}${extname(basename(service))}` : undefined;
}

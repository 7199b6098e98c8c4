import { type GoType, toGo } from "../go/type.ts";
import { withGoNames } from "../go/value.ts";
import { artifactType } from "./artifact-type.ts";
import { containerType } from "./container-type.ts";
import { imageType } from "./image-type.ts";
import { infoType } from "./info-type.ts";
import { networkType } from "./network-object-type.ts";
import { podType } from "./pod-type.ts";
import { secretType } from "./secret-type.ts";
import { versionType } from "./version-type.ts";
import { volumeType } from "./volume-type.ts";

/*
 * Only loaded with a `--format` template.
 */

const TYPES = {
  artifact: artifactType,
  container: containerType,
  image: imageType,
  info: infoType,
  network: networkType,
  pod: podType,
  secret: secretType,
  version: versionType,
  volume: volumeType,
} satisfies Record<string, GoType>;

/**
 * The value that a template of inspect, info or version sees: every field that Podman declares, empty ones
 * too. Fields may be named as in JSON, too (`.Id` for `.ID`).
 * @param object as Podman's JSON has it
 */
export function toGoObject(kind: keyof typeof TYPES, object: object): unknown {
  return withGoNames(toGo(TYPES[kind], object));
}

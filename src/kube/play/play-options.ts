import type { Engine } from "../../container/state/engine.ts";
import type { ImageEngine, ImageRequest } from "../../image/acquire/image-request.ts";
import type { ImageConfig } from "../../oci/image-config.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { NetworkMode, PortMapping } from "../../options/network-mode.ts";
import type { ServiceRequest } from "../../pod/service-container.ts";
import type { Runtime } from "../../rootless/runtime.ts";
import type { KubeSource } from "../read/read-sources.ts";

/** What playing needs to know beyond pods: a front end has it of its settings. */
export interface PlayEngine extends Engine {
  readonly images: ImageEngine;
  /** A container for which only an image was named: as containers.conf and the image have it. */
  readonly baseOptions: (image: { name: string; config: ImageConfig } | undefined) => CreateOptions;
  /** The runtime of a name; the default one without. @throws {TspodError} If there is none of that name. */
  readonly runtime: (name: string | undefined) => Runtime;
  readonly registry: ImageRequest["registry"];
  /** Build an image out of a directory with a Containerfile or Dockerfile. */
  readonly build: (request: { directory: string; file: string; tag: string }) => Promise<void>;
  readonly hostname: string;
  readonly node: { readonly cpus: number; readonly memory: number };
}

/** What is done about fields that are unknown or not carried out. */
export type Validation = "ignore" | "warn" | "strict";

export interface PlayOptions {
  readonly sources: readonly KubeSource[];
  /** Files that may have ConfigMaps only. */
  readonly configMaps: readonly KubeSource[];
  readonly validation: Validation;
  readonly network: NetworkMode | undefined;
  /** Of each pod in turn. */
  readonly ips: readonly string[];
  readonly macs: readonly string[];
  readonly published: readonly PortMapping[];
  readonly publishAll: boolean;
  readonly userns: string;
  readonly noHosts: boolean;
  readonly noHostname: boolean;
  readonly noPodPrefix: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly start: boolean;
  /** Make a service container, which tells systemd by this socket, if any, that the pods run. */
  readonly service?: Pick<ServiceRequest, "notifySocket" | "exitCodePropagation"> | undefined;
  /** Make anew what is there, and what others have made. */
  readonly replace: boolean;
  /** true: every image is built that can be; false: none; absent: those that are not there. */
  readonly build: boolean | undefined;
  /** Absolute path: where directories of images are looked for. */
  readonly contextDirectory: string;
  readonly quiet: boolean;
  /** Absolute path. */
  readonly profileRoot: string;
  /** Absolute path that relative hostPaths start from. */
  readonly cwd: string;
  /** The full command line. */
  readonly createCommand: readonly string[];
}

/** What was made, or was there as it should be. */
export interface PlayReport {
  /** Names of claims' volumes. */
  readonly volumes: readonly string[];
  /** IDs. */
  readonly secrets: readonly string[];
  readonly pods: readonly PlayedPod[];
}

export interface PlayedPod {
  readonly id: string;
  readonly name: string;
  /** IDs of its containers, without init containers. */
  readonly containers: readonly string[];
  /** Whether nothing had to be made. */
  readonly unchanged: boolean;
}

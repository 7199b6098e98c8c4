import { release } from "node:os";
import { DOCKER_API } from "../../config/product-version.ts";
import type { ClientVersion } from "./client-version.ts";

/**
 * What `docker version` prints of client and server: tspod is both. Templates of scripts ask
 * `.Server.Version`, `.Server.Os` and `.Server.Arch`.
 * @see https://docs.docker.com/reference/cli/docker/version/
 */
export function dockerVersion(client: ClientVersion) {
  const [os = "", architecture = ""] = client.OsArch.split("/");
  const both = {
    Version: client.Version,
    ApiVersion: DOCKER_API.version,
    GitCommit: client.BuildOrigin.replace(" ", "-"),
    GoVersion: client.GoVersion,
    Os: os,
    Arch: architecture,
    BuildTime: client.BuiltTime,
  };
  return {
    Client: {
      ...both,
      APIVersion: DOCKER_API.version,
      DefaultAPIVersion: DOCKER_API.version,
      Context: "default",
    },
    Server: {
      Platform: { Name: client.BuildOrigin },
      ...both,
      APIVersion: DOCKER_API.version,
      MinAPIVersion: DOCKER_API.oldest,
      KernelVersion: release(),
      Experimental: false,
    },
  };
}

/** As `docker version` prints it. */
export function dockerVersionText({ Client, Server }: ReturnType<typeof dockerVersion>): string {
  return [
    "Client:",
    ` Version:           ${Client.Version}`,
    ` API version:       ${Client.ApiVersion}`,
    ` Go version:        ${Client.GoVersion}`,
    ` Git commit:        ${Client.GitCommit}`,
    ` Built:             ${Client.BuildTime}`,
    ` OS/Arch:           ${Client.Os}/${Client.Arch}`,
    ` Context:           ${Client.Context}`,
    "",
    `Server: ${Server.Platform.Name}`,
    " Engine:",
    `  Version:          ${Server.Version}`,
    `  API version:      ${Server.ApiVersion} (minimum version ${Server.MinAPIVersion})`,
    `  Go version:       ${Server.GoVersion}`,
    `  Git commit:       ${Server.GitCommit}`,
    `  Built:            ${Server.BuildTime}`,
    `  OS/Arch:          ${Server.Os}/${Server.Arch}`,
    `  Experimental:     ${Server.Experimental}`,
  ].join("\n");
}

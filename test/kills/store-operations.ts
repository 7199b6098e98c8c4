import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import type { Host } from "../support/host.ts";
import { startUploadRegistry } from "../support/upload-registry.ts";
import { IMAGE } from "../support/world.ts";
import type { Operations } from "./operation.ts";

const OTHER = "test.localhost/other:latest";
const QUADLET = `[Container]\nImage=${IMAGE}\n`;
const UNKNOWN = /image not known|no such/i;

function imageOperations(at: (name: string) => string, digest: string, target: string): Operations {
  const archive = at("other.tar");
  const load = ["load", "-q", "-i", archive];
  const forget = (name: string) => ["rmi", "-f", "-i", name];
  return {
    pull: { args: ["pull", "-q", "test.localhost/pulled"], undo: [forget("test.localhost/pulled")] },
    load: { args: load, undo: [forget(OTHER)] },
    import: {
      args: ["import", "-q", at("root.tar"), "localhost/made"],
      undo: [forget("localhost/made"), ["image", "prune", "-f"]],
    },
    tag: { args: ["tag", IMAGE, "localhost/tagged:1"], undo: [["untag", IMAGE, "localhost/tagged:1"]] },
    untag: {
      prepare: [["tag", IMAGE, "localhost/untagged:1"]],
      args: ["untag", IMAGE, "localhost/untagged:1"],
      undo: [
        ["tag", IMAGE, "localhost/untagged:1"],
        ["untag", IMAGE, "localhost/untagged:1"],
      ],
      already: /tag not known/,
    },
    rmi: { prepare: [load], args: ["rmi", OTHER], undo: [forget(OTHER)], already: UNKNOWN },
    save: {
      args: ["save", "-q", "-o", at("out/saved.tar"), IMAGE],
      undo: [],
      made: [at("out/saved.tar")],
      already: /doesn't support modifying existing images/,
    },
    push: {
      prepare: [load],
      args: ["push", "-q", OTHER, `dir:${at("out/pushed")}`],
      undo: [forget(OTHER)],
    },
    "push to a registry": {
      prepare: [load],
      args: ["push", "-q", "--tls-verify=false", "--compression-format", "zstd", OTHER, `${target}/pushed:1`],
      undo: [forget(OTHER)],
    },
    "image prune": {
      prepare: [load],
      args: ["image", "prune", "-a", "-f", "--filter", "label=none-has-this"],
      undo: [forget(OTHER)],
    },
    build: {
      args: ["build", "-q", "--network", "none", "-t", "localhost/made", at("context")],
      undo: [forget("localhost/made"), ["image", "prune", "-f"], ["builder", "prune", "-a", "-f"]],
    },
    "builder prune": {
      prepare: [["build", "-q", "--network", "none", "-t", "localhost/made", at("context")]],
      args: ["builder", "prune", "-a", "-f"],
      undo: [forget("localhost/made"), ["image", "prune", "-f"], ["builder", "prune", "-a", "-f"]],
    },
    "manifest create": {
      args: ["manifest", "create", "localhost/list", IMAGE],
      undo: [["rmi", "-f", "-i", "localhost/list"]],
      already: /already in use|already exists/,
    },
    "manifest add": {
      prepare: [["manifest", "create", "localhost/list"]],
      args: ["manifest", "add", "localhost/list", IMAGE],
      undo: [["manifest", "rm", "localhost/list"]],
    },
    "manifest annotate": {
      prepare: [["manifest", "create", "localhost/list", IMAGE]],
      args: ["manifest", "annotate", "--arch", "arm", "localhost/list", digest],
      undo: [["manifest", "rm", "localhost/list"]],
    },
    "manifest remove": {
      prepare: [["manifest", "create", "localhost/list", IMAGE]],
      args: ["manifest", "remove", "localhost/list", digest],
      undo: [["manifest", "rm", "localhost/list"]],
      already: /no instance matching digest/,
    },
    "manifest push": {
      prepare: [["manifest", "create", "localhost/list", IMAGE]],
      args: ["manifest", "push", "-q", "--tls-verify=false", "--all", "localhost/list", `${target}/list:1`],
      undo: [["manifest", "rm", "localhost/list"]],
    },
    "manifest rm": {
      prepare: [["manifest", "create", "localhost/list", IMAGE]],
      args: ["manifest", "rm", "localhost/list"],
      undo: [["rmi", "-f", "-i", "localhost/list"]],
      already: UNKNOWN,
    },
  };
}

function otherOperations(at: (name: string) => string): Operations {
  return {
    "volume create": {
      args: ["volume", "create", "--label", "a=b", "made"],
      undo: [["volume", "rm", "made"]],
      already: /already exists/,
    },
    "volume rm": {
      prepare: [["volume", "create", "made"]],
      args: ["volume", "rm", "made"],
      undo: [
        ["volume", "create", "--ignore", "made"],
        ["volume", "rm", "made"],
      ],
      already: UNKNOWN,
    },
    "volume import": {
      prepare: [["volume", "create", "made"]],
      args: ["volume", "import", "made", at("root.tar")],
      undo: [["volume", "rm", "made"]],
    },
    "volume export": { args: ["volume", "export", "-o", at("out/volume.tar"), "data"], undo: [] },
    "secret create": {
      args: ["secret", "create", "made", at("secret")],
      undo: [["secret", "rm", "-i", "made"]],
      already: /secret name in use|already/,
    },
    "secret rm": {
      prepare: [["secret", "create", "made", at("secret")]],
      args: ["secret", "rm", "made"],
      undo: [["secret", "rm", "-i", "made"]],
      already: UNKNOWN,
    },
    "network create": {
      args: ["network", "create", "made"],
      undo: [["network", "rm", "-f", "made"]],
      already: /already exists|already used/,
    },
    "network rm": {
      prepare: [["network", "create", "made"]],
      args: ["network", "rm", "made"],
      undo: [["network", "rm", "-f", "made"]],
      already: /not found|no such|unable to find/i,
    },
    "network connect": {
      prepare: [
        ["create", "--name", "made", "--network", "keptnet", IMAGE, "true"],
        ["network", "create", "second"],
      ],
      args: ["network", "connect", "second", "made"],
      undo: [
        ["rm", "made"],
        ["network", "rm", "second"],
      ],
      already: /already connected/,
    },
    "network disconnect": {
      prepare: [
        ["network", "create", "second"],
        ["create", "--name", "made", "--network", "keptnet", "--network", "second", IMAGE, "true"],
      ],
      args: ["network", "disconnect", "second", "made"],
      undo: [
        ["rm", "made"],
        ["network", "rm", "second"],
      ],
      already: /is not connected/,
    },
    "network update": {
      prepare: [["network", "create", "made"]],
      args: ["network", "update", "--dns-add", "192.0.2.1", "made"],
      undo: [["network", "rm", "-f", "made"]],
      already: /already/,
    },
    "network prune": {
      prepare: [["network", "create", "--label", "prune=me", "made"]],
      args: ["network", "prune", "-f", "--filter", "label=prune=me"],
      undo: [["network", "rm", "-f", "made"]],
    },
    "system prune": {
      prepare: [
        ["volume", "create", "--label", "prune=me", "made"],
        ["create", "--name", "made", "--label", "prune=me", "--network", "none", IMAGE, "true"],
      ],
      args: ["system", "prune", "-f", "--volumes", "--filter", "label=prune=me"],
      undo: [
        ["rm", "-f", "-i", "made"],
        ["volume", "create", "--ignore", "made"],
        ["volume", "rm", "made"],
      ],
    },
    "volume prune": {
      prepare: [["volume", "create", "--label", "prune=me", "made"]],
      args: ["volume", "prune", "-f", "--filter", "label=prune=me"],
      undo: [
        ["volume", "create", "--ignore", "made"],
        ["volume", "rm", "made"],
      ],
    },
  };
}

/** Artifacts and quadlets: files of the user, in the store or beside it. */
function fileOperations(at: (name: string) => string, { configDirectory }: Host): Operations {
  const noArtifact = ["artifact", "rm", "-i", "localhost/thing:1"];
  const add = ["artifact", "add", "localhost/thing:1", at("secret")];
  const noReload = "--reload-systemd=false";
  const noQuadlet = ["quadlet", "rm", "-i", noReload, "web.container"];
  const install = ["quadlet", "install", noReload, at("web.container")];
  return {
    "artifact add": { args: add, undo: [noArtifact], already: /already exists/ },
    "artifact extract": {
      prepare: [add],
      args: ["artifact", "extract", "localhost/thing:1", at("out/thing")],
      undo: [noArtifact],
      made: [at("out/thing")],
    },
    "artifact rm": {
      prepare: [add],
      args: ["artifact", "rm", "localhost/thing:1"],
      undo: [noArtifact],
      already: /does not exist|not found|no such/i,
    },
    "quadlet install": {
      args: install,
      undo: [noQuadlet],
      already: /already exists/,
      whole: { [join(configDirectory, "containers/systemd/web.container")]: QUADLET },
    },
    "quadlet install of several": {
      args: ["quadlet", "install", noReload, at("shop")],
      undo: [["quadlet", "rm", "-i", noReload, "one.container", "two.volume"]],
      already: /already exists/,
      whole: { [join(configDirectory, "containers/systemd/one.container")]: QUADLET },
    },
    "quadlet rm": {
      prepare: [install],
      args: ["quadlet", "rm", noReload, "web.container"],
      undo: [noQuadlet],
      already: /no such|not find|does not exist|not found/i,
    },
    "kube generate": {
      args: ["kube", "generate", "-f", at("out/kube.yaml"), "kept"],
      undo: [],
      made: [at("out/kube.yaml")],
      already: /exists/,
    },
  };
}

export async function storeOperations(host: Host): Promise<Operations> {
  const at = (name: string) => join(host.directory, name);
  mkdirSync(at("context"));
  writeFileSync(at("context/file"), "content");
  writeFileSync(at("context/Dockerfile"), `FROM ${IMAGE}\nCOPY file /file\nRUN echo made >/made\n`);
  const digest = await host.ok(["image", "inspect", "--format", "{{.Digest}}", IMAGE]);
  writeFileSync(at("web.container"), QUADLET);
  mkdirSync(at("shop"));
  writeFileSync(at("shop/one.container"), QUADLET);
  writeFileSync(at("shop/two.volume"), "[Volume]\n");
  const target = await startUploadRegistry();
  after(() => target.close());
  return {
    ...imageOperations(at, digest, target.address),
    ...otherOperations(at),
    ...fileOperations(at, host),
  };
}

import { spawnSync } from "node:child_process";
import { comparedConfig } from "./outcome.ts";

/** A program whose images are recorded. It finds an image "base" in its own store. */
export interface Builder {
  /**
   * Build a context, with "recorded" as the image's name.
   * @returns 0; of a RUN that failed its exit code; 1 for everything else
   */
  build(context: string, flags: readonly string[]): number;
  /** Write the files of what was built last as a tar. @param context, flags of that build */
  exportTar(tar: string, context: string, flags: readonly string[]): void;
  /** The settings of "recorded". */
  config(): Record<string, unknown>;
}

function call(program: string, args: readonly string[]) {
  return spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26 });
}

function output(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = call(program, args);
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** Docker's BuildKit. */
const docker: Builder = {
  build: (context, flags) => {
    const { status, stderr } = call("docker", [
      "build",
      "-t",
      "recorded",
      "--progress",
      "plain",
      ...flags.filter((flag) => flag !== "--pull=false"),
      context,
    ]);
    if (status === 0) return 0;
    return Number(/did not complete successfully: exit code: (\d+)/.exec(stderr)?.[1] ?? 1);
  },
  exportTar: (tar, context, flags) => {
    const wanted = flags.filter((flag) => flag !== "--pull=false");
    output("docker", ["build", "-o", `type=tar,dest=${tar}`, ...wanted, context]);
  },
  config: () => {
    const [image] = JSON.parse(output("docker", ["image", "inspect", "recorded"])) as {
      Config: Record<string, unknown>;
    }[];
    return comparedConfig(image?.Config ?? {});
  },
};

/**
 * buildah, as root. In Docker's format, since only that one keeps SHELL, ONBUILD and HEALTHCHECK there, and
 * without the label of its version.
 */
const buildah: Builder = {
  build: (context, flags) => {
    const { status } = call("buildah", [
      "build",
      "-t",
      "recorded",
      "--format=docker",
      "--identity-label=false",
      ...flags,
      context,
    ]);
    return status === 125 ? 1 : (status ?? 1);
  },
  exportTar: (tar, context, flags) => {
    // A container of an image with triggers begins with them.
    if (buildah.config().OnBuild !== undefined) {
      output("buildah", ["build", "-o", `type=tar,dest=${tar}`, ...flags, context]);
      return;
    }
    const container = output("buildah", ["from", "--pull-never", "recorded"]).trim();
    const root = output("buildah", ["mount", container]).trim();
    output("tar", ["--xattrs", "--xattrs-include=*", "--sort=name", "-C", root, "-cf", tar, "."]);
    output("buildah", ["rm", container]);
  },
  config: () => {
    const { Docker } = JSON.parse(output("buildah", ["inspect", "--type=image", "recorded"])) as {
      Docker: { config: Record<string, unknown> };
    };
    return comparedConfig(Docker.config);
  },
};

/** The builders by their program's name. */
export const BUILDERS: Readonly<Record<string, Builder>> = { docker, buildah };

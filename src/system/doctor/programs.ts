import { findProgram } from "../../os/find-program.ts";
import { asRoot, type Check, type Finding, ok, type Patient } from "./finding.ts";

interface Wanted {
  /** Any one of them will do; the first is preferred. */
  readonly programs: readonly string[];
  readonly package: string;
  readonly name: string;
  readonly why: string;
  /** What its absence means. */
  readonly missing: "failed" | "warning";
}

const WANTED: readonly Wanted[] = [
  {
    programs: ["crun", "runc"],
    package: "crun",
    name: "OCI runtime",
    why: "The runtime starts the container's process: tspod has none of its own.",
    missing: "failed",
  },
  {
    programs: ["slirp4netns"],
    package: "slirp4netns",
    name: "slirp4netns",
    why: "slirp4netns is a container's way to the network; without it there is --network none, host and pasta.",
    missing: "warning",
  },
  {
    programs: ["pasta"],
    package: "passt",
    name: "passt",
    why: "--network pasta needs its program pasta; nothing else does.",
    missing: "warning",
  },
  {
    programs: ["catatonit", "tini"],
    package: "catatonit",
    name: "init program",
    why: "run --init needs it, to reap the processes that a container's own first process forgets.",
    missing: "warning",
  },
];

/** The programs that tspod starts. */
export const checkPrograms: Check = (patient) =>
  Promise.all(WANTED.map((wanted) => checkProgram(patient, wanted)));

async function checkProgram({ env, run }: Patient, wanted: Wanted): Promise<Finding> {
  const { name, why } = wanted;
  const files = wanted.programs
    .map((program) => findProgram(program, env.PATH))
    .filter((file) => file !== undefined);
  if (files.length === 0) {
    const fixes = [asRoot(`apt-get install ${wanted.package}`)];
    return { name, state: wanted.missing, found: "not installed", why, fixes };
  }
  const found = await Promise.all(files.map(async (file) => `${file} ${await versionOf(file, run)}`));
  return ok(name, found.join(", "), why);
}

async function versionOf(file: string, run: Patient["run"]): Promise<string> {
  const { stdout } = await run(file, ["--version"]);
  const [line = ""] = stdout.split("\n");
  return /\d+(?:\.\d+)+|\d{4}_\d\d_\d\d/.exec(line)?.[0] ?? "of an unknown version";
}

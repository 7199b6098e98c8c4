import { TspodError } from "../errors.ts";
import type { SpecSeccomp, SpecSyscallRule } from "./runtime-spec.ts";
import { checkShape, integer, list, members, type Shape, size, text } from "./shape.ts";

const condition = members({}, { caps: list(text), arches: list(text), minKernel: text });
const argument = members({ index: size, value: integer, op: text }, { valueTwo: integer });
const rule = members(
  { action: text },
  {
    name: text,
    names: list(text),
    args: list(argument),
    includes: condition,
    excludes: condition,
    errnoRet: size,
  },
);

/** A profile as containers/common and Docker write it: rules carry conditions that must be resolved. */
const profileShape = members(
  { defaultAction: text },
  {
    defaultErrnoRet: size,
    architectures: list(text),
    archMap: list(members({ architecture: text }, { subArchitectures: list(text) })),
    syscalls: list(rule),
  },
);

type Made<S> = S extends Shape<infer T> ? T : never;
type Profile = Made<typeof profileShape>;
type ProfileRule = Made<typeof rule>;
type ProfileArg = Made<typeof argument>;

/** The facts that the conditions of a profile are compared with. */
export interface SeccompTarget {
  /** The bounding set. */
  readonly capabilities: readonly string[];
  /** Go's word: `amd64`. */
  readonly architecture: string;
  /** `6.1.0-18-amd64`. */
  readonly kernelVersion: string;
}

const SCMP_ARCH: Readonly<Record<string, string>> = {
  amd64: "SCMP_ARCH_X86_64",
  "386": "SCMP_ARCH_X86",
  arm64: "SCMP_ARCH_AARCH64",
  arm: "SCMP_ARCH_ARM",
  mips: "SCMP_ARCH_MIPS",
  mips64: "SCMP_ARCH_MIPS64",
  mipsle: "SCMP_ARCH_MIPSEL",
  mips64le: "SCMP_ARCH_MIPSEL64",
  ppc64: "SCMP_ARCH_PPC64",
  ppc64le: "SCMP_ARCH_PPC64LE",
  s390x: "SCMP_ARCH_S390X",
  riscv64: "SCMP_ARCH_RISCV64",
};

/**
 * A profile in the form that a runtime takes: its conditions resolved for these capabilities, this
 * architecture and kernel.
 * @param name of the profile, for errors
 * @throws {TspodError} If `content` is not a seccomp profile.
 * @see https://github.com/containers/common/blob/main/pkg/seccomp/seccomp.json
 */
export function resolveSeccomp(content: string, target: SeccompTarget, name = "default"): SpecSeccomp {
  const profile = parseProfile(content, name);
  const architectures = resolveArchitectures(profile, target.architecture);
  return {
    defaultAction: profile.defaultAction,
    ...(typeof profile.defaultErrnoRet === "number" && { defaultErrnoRet: profile.defaultErrnoRet }),
    ...(architectures.length > 0 && { architectures }),
    syscalls: (profile.syscalls ?? []).filter((rule) => isFor(rule, target)).map(resolveRule),
  };
}

function parseProfile(content: string, name: string): Profile {
  try {
    const value: unknown = JSON.parse(content);
    return checkShape(profileShape, value, "profile");
  } catch (cause) {
    throw new TspodError(`loading seccomp profile (${name}) failed: decoding seccomp profile failed`, {
      cause,
    });
  }
}

function resolveArchitectures({ architectures, archMap }: Profile, architecture: string): string[] {
  const native = SCMP_ARCH[architecture];
  const entry = archMap?.find((candidate) => candidate.architecture === native);
  if (entry === undefined) return [...(architectures ?? [])];
  return [entry.architecture, ...(entry.subArchitectures ?? [])];
}

function isFor({ includes, excludes }: ProfileRule, target: SeccompTarget): boolean {
  const { capabilities, architecture, kernelVersion } = target;
  if (includes?.arches?.length && !includes.arches.includes(architecture)) return false;
  if (includes?.caps?.length && !includes.caps.every((name) => capabilities.includes(name))) return false;
  if (includes?.minKernel !== undefined && !isKernelAtLeast(kernelVersion, includes.minKernel)) return false;
  if (excludes?.arches?.includes(architecture)) return false;
  if (excludes?.caps?.some((name) => capabilities.includes(name))) return false;
  return excludes?.minKernel === undefined || !isKernelAtLeast(kernelVersion, excludes.minKernel);
}

function resolveRule({ name, names, action, args, errnoRet }: ProfileRule): SpecSyscallRule {
  return {
    names: names?.length ? [...names] : name === undefined ? [] : [name],
    action,
    ...(typeof errnoRet === "number" && { errnoRet }),
    ...(args?.length && { args: args.map(resolveArg) }),
  };
}

function resolveArg({ index, value, valueTwo, op }: ProfileArg) {
  return { index, value, ...(valueTwo && { valueTwo }), op };
}

/** Compares only the first two numbers of both versions. */
function isKernelAtLeast(kernelVersion: string, least: string): boolean {
  const [major = 0, minor = 0] = kernelVersion.split(/[.-]/).map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** What the shell completes a flag's value or an operand with. */
export type CompletionKind =
  | "container"
  | "running-container"
  | "image"
  | "volume"
  | "network"
  | "pod"
  | "container-or-pod"
  | "container-or-image"
  | "container-pod-or-volume"
  /** What `inspect` finds: containers, images, pods, networks, volumes. */
  | "object"
  /** A registry that short names are looked for in. */
  | "registry"
  | "quadlet"
  | "file"
  /** A path in the image that is the first operand. */
  | "image-path"
  /** A file, or `CONTAINER:PATH`. */
  | "container-path"
  | "directory"
  | "signal"
  | "capability"
  | "host-command"
  /** One that `tspod completion` knows. */
  | "shell"
  | "secret"
  | "artifact"
  | "none";

interface FlagBase {
  /** One letter, as in `-i`. */
  readonly short?: string;
  /** One line for `--help` and the man page, no full stop. */
  readonly help: string;
  /** Accepted, but neither shown in `--help` nor completed. */
  readonly hidden?: boolean;
  /** Other long names for the same flag, not shown in `--help` (`net` for `network`). */
  readonly aliases?: readonly string[];
  /** What stands for the value in `--help`: `CONTAINER`, `KEY=VALUE`. Default: the type's own word. */
  readonly value?: string;
  readonly complete?: CompletionKind;
  /** Its value is never shown, not in logs either. */
  readonly secret?: boolean;
}

/** `--rm`, `--rm=false`. Without a default it is false. */
export interface BooleanFlag extends FlagBase {
  readonly type: "boolean";
  readonly default?: boolean;
}

/** `--name x`; when it stands several times, the last one counts. */
export interface StringFlag extends FlagBase {
  readonly type: "string";
  readonly default?: string;
  /** The only values there are. Checked at parsing. */
  readonly choices?: readonly string[];
  /** What is wrong with another value, where Podman has words of its own for it. */
  readonly refusal?: (value: string) => string;
  /** The empty value counts as not given: that of a script's variable which isn't set, `--platform "$P"`. */
  readonly emptyIsAbsent?: boolean;
  /** The value of a bare `--flag`; another one must then come as `--flag=VALUE` (pflag's NoOptDefVal). */
  readonly optionalValue?: string;
}

/** `--env A=1 --env B=2`: collects. */
export interface ListFlag extends FlagBase {
  readonly type: "list";
  readonly default?: readonly string[];
  /** Values are also split at commas, by CSV's rules (pflag's StringSlice; without it its StringArray). */
  readonly split?: boolean;
  readonly choices?: readonly string[];
  readonly refusal?: (value: string) => string;
}

/** A whole number, decimal or with 0x, 0o, 0b before it. */
export interface IntFlag extends FlagBase {
  readonly type: "int";
  readonly default?: number;
  /** Refuse what is below 0 (pflag's uint). */
  readonly unsigned?: boolean;
}

export type Flag = BooleanFlag | StringFlag | ListFlag | IntFlag;

/**
 * A command's flags by their long name, without the dashes. Shared ones are small tables by subject, spread
 * in.
 */
export type FlagTable = Readonly<Record<string, Flag>>;

/** What a handler gets for one flag. */
export type FlagValue<F extends Flag> = F extends BooleanFlag
  ? boolean
  : F extends ListFlag
    ? readonly string[]
    : F extends { readonly type: "int" }
      ? number | (F extends { readonly default: number } ? never : undefined)
      : string | (F extends { readonly default: string } ? never : undefined);

/** What a handler gets for its flags: `flags["cap-add"]`. */
export type FlagValues<T extends FlagTable> = { readonly [Name in keyof T]: FlagValue<T[Name]> };

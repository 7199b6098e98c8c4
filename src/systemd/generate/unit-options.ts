/** What systemd takes for Restart=. @see systemd.service(5) */
export const RESTART_POLICIES = [
  "no",
  "on-success",
  "on-failure",
  "on-abnormal",
  "on-watchdog",
  "on-abort",
  "always",
] as const;

/** How a unit for a container is to look. @see podman-generate-systemd(1) */
export interface UnitOptions {
  /** Make the container anew at each start, instead of starting the one that is there. */
  readonly new: boolean;
  /** Call it by its name, not by its ID. */
  readonly name: boolean;
  /** `web@.service`, with an instance in the container's name. Only with `new`. */
  readonly template: boolean;
  /** One of RESTART_POLICIES; absent: the container's own, otherwise on-failure. */
  readonly restartPolicy: string | undefined;
  /** Seconds. */
  readonly restartSec: number | undefined;
  /** Seconds; absent: that of the container. */
  readonly stopTimeout: number | undefined;
  /** Seconds; 0: systemd's own. */
  readonly startTimeout: number;
  readonly containerPrefix: string;
  readonly podPrefix: string;
  readonly separator: string;
  readonly wants: readonly string[];
  readonly after: readonly string[];
  readonly requires: readonly string[];
  /** `NAME=VALUE` */
  readonly env: readonly string[];
  /** Lines after the first; none with --no-header. */
  readonly header: readonly string[];
}

/** The command line that made a container, taken apart by its flags. */
export interface CreateCommand {
  /** What stands between the program's name and `run`: global flags, `container`. */
  readonly globalArguments: readonly string[];
  /** As typed, up to the first operand. */
  readonly flagArguments: readonly string[];
  /** The image and the command. */
  readonly operands: readonly string[];
  readonly detach: boolean;
  readonly replace: boolean;
  /** Whether --name was given. */
  readonly named: boolean;
  readonly sdnotify: string | undefined;
  readonly restart: string | undefined;
  /** --env as given. */
  readonly env: readonly string[];
}

/** What a unit says of a container. */
export interface UnitContainer {
  readonly id: string;
  readonly name: string;
  /** Seconds. */
  readonly stopTimeout: number;
  /** Absolute path. */
  readonly monitorPidFile: string;
  /** Absolute path of the program's own directory of running containers. */
  readonly runtimeDirectory: string;
  /** `K=V` in effect in it. */
  readonly env: readonly string[];
  /** Absolute path of the program. */
  readonly program: string;
  /** Needed with `new` only. */
  readonly createCommand: CreateCommand | undefined;
  /** Of a pod's container: what its unit has to do with the units of the pod. */
  readonly inPod?: {
    /** Names of the services that it does not run without, sorted: `pod-web`. */
    readonly boundTo: readonly string[];
    /** Where the pod's unit keeps the pod's ID, with systemd's specifiers. */
    readonly podIdFile: string;
  };
}

/** The command line that made a pod, taken apart by its flags. */
export interface PodCreateCommand {
  /** What stands between the program's name and `pod create`: global flags. */
  readonly globalArguments: readonly string[];
  /** What stands behind `pod create`, as typed. */
  readonly podArguments: readonly string[];
  readonly replace: boolean;
  /** Whether --name was given. */
  readonly named: boolean;
}

/** What a unit says of a pod. */
export interface UnitPod {
  readonly id: string;
  readonly name: string;
  readonly infra: {
    readonly id: string;
    readonly name: string;
    /** Seconds. */
    readonly stopTimeout: number;
    /** Absolute path. */
    readonly monitorPidFile: string;
  };
  /** Absolute path of the program's own directory of running containers. */
  readonly runtimeDirectory: string;
  /** Absolute path of the program. */
  readonly program: string;
  /** Needed with `new` only. */
  readonly createCommand: PodCreateCommand | undefined;
  readonly members: readonly PodMemberUnit[];
}

/** A container of a pod, and the IDs of the others that it needs. */
export interface PodMemberUnit {
  readonly container: UnitContainer;
  readonly needs: readonly string[];
}

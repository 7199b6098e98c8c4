import type { Container } from "../container/state/list.ts";
import { shortId } from "../oci/short-id.ts";
import type { Pod } from "../pod/state/pods.ts";
import { goMap, goTime } from "./go/value.ts";
import { ago } from "./human-duration.ts";
import { networksOf } from "./pod-filter.ts";

export interface PodRowOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly noTrunc: boolean;
  /** The cgroup that the pod's lies in. */
  readonly cgroupParent: (pod: Pod) => string;
}

/** A pod as `pod ps --format TEMPLATE` sees it. */
export type PodRow = ReturnType<typeof podRow>;

export function podRow(pod: Pod, { now, noTrunc, cgroupParent }: PodRowOptions) {
  const { record, members, status } = pod;
  const idOf = (id: string): string => (noTrunc ? id : shortId(id));
  const id = idOf(record.id);
  const infra = idOf(record.infraId ?? "");
  const joined = (text: (member: Container) => string): string => members.map(text).join(",");
  return {
    ID: id,
    Id: id,
    Name: record.name,
    Status: status,
    Created: ago(now, Date.parse(record.created)),
    InfraID: infra,
    InfraId: infra,
    NumberOfContainers: members.length,
    Restarts: members.reduce((sum, { state }) => sum + state.restartCount, 0),
    ContainerIds: joined((member) => idOf(member.record.id)),
    ContainerNames: joined((member) => member.record.name),
    ContainerStatuses: joined((member) => member.state.status),
    RestartPolicy: record.restart?.name ?? "",
    Cgroup: cgroupParent(pod),
    Namespace: "",
    Networks: networksOf(pod),
    Labels: goMap(record.labels),
    Containers: members.map(memberJson),
    ListPodsReport: undefined,
  };
}

function memberJson({ record, state }: Container) {
  return {
    Id: record.id,
    Names: record.name,
    Status: state.status,
    RestartCount: state.restartCount,
  };
}

/** One element of `pod ps --format json`. */
export function podJson(pod: Pod, cgroupParent: string): object {
  const { record, members, status } = pod;
  return {
    Cgroup: cgroupParent,
    Containers: members.map(memberJson),
    Created: goTime(record.created),
    Id: record.id,
    InfraId: record.infraId ?? "",
    Name: record.name,
    Namespace: "",
    Networks: networksOf(pod),
    Status: status,
    Labels: record.labels,
  };
}

export const POD_SORT_KEYS = ["created", "id", "name", "number", "status"] as const;

/** The pods in the order of `--sort`: the newest first, otherwise from a to z. */
export function sortPods(key: string, pods: readonly Pod[]): Pod[] {
  switch (key) {
    case "id":
      return byText(pods, ({ record }) => record.id);
    case "name":
      return byText(pods, ({ record }) => record.name);
    case "status":
      return byText(pods, ({ status }) => status);
    case "number":
      return [...pods].sort((a, b) => a.members.length - b.members.length);
    default:
      return [...pods].reverse();
  }
}

function byText(pods: readonly Pod[], text: (pod: Pod) => string): Pod[] {
  return [...pods].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

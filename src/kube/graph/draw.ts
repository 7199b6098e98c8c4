import { boxesSvg, dotText } from "../../network/graph/draw-boxes.ts";
import type { GraphContainer, GraphPod } from "./graph.ts";

/** Lines for people: each pod, its containers and volumes, and what leads to it. */
export function kubeText(pods: readonly GraphPod[]): string[] {
  return pods.flatMap((pod, index) => [...(index > 0 ? [""] : []), ...podText(pod)]);
}

/** A picture: a box for each pod, below each other, with its lines. */
export function kubeSvg(pods: readonly GraphPod[]): string[] {
  return boxesSvg(pods.map(podText));
}

function podText({ owner, name, state, ports, containers, volumes, services }: GraphPod): string[] {
  const head = owner === `Pod ${name}` ? owner : `Pod ${name}  of ${owner}`;
  return [
    state === undefined ? head : `${head}  ${state}`,
    ...ports.map((port) => `  port ${port}`),
    ...services.map((service) => `  found as Service ${service}`),
    ...containers.flatMap(containerText),
    ...volumes.map((volume) => `  volume ${volume.name}: ${volume.sources.join(", ")}`),
  ];
}

function containerText(container: GraphContainer): string[] {
  const { name, role, image, state, ports, mounts, needs, after } = container;
  const words = [role === "init" ? "init container" : role, name, image, ...ports];
  return [
    `  ${words.join(" ")}${state === undefined ? "" : `  ${state}`}`,
    ...(after.length > 0 ? [`    after ${after.join(", ")}`] : []),
    ...needs.map((need) => `    needs ${need}`),
    ...mounts.map(
      ({ volume, path, readOnly }) => `    volume ${volume} at ${path}${readOnly ? " (read-only)" : ""}`,
    ),
  ];
}

/** For dot(1): a pod is a frame, arrows go to what is needed; published ports come from the host. */
export function kubeDot(pods: readonly GraphPod[]): string[] {
  return ["digraph kube {", "  node [shape=ellipse]", ...pods.flatMap(podDot), "}"];
}

function podDot(pod: GraphPod): string[] {
  const node = `pod ${pod.name}`;
  return [
    `  subgraph ${dotText(`cluster ${pod.name}`)} {`,
    `    ${dotText(node)} [shape=box, label=${dotText(`${pod.name}\n${pod.owner}`)}]`,
    ...pod.containers.map(
      ({ name, image, state, ports }) =>
        `    ${dotText(`${node}/${name}`)} [label=${dotText([name, image, ...ports, ...(state === undefined ? [] : [state])].join("\n"))}]`,
    ),
    ...pod.volumes.map(
      ({ name }) => `    ${dotText(`${node} volume ${name}`)} [shape=cylinder, label=${dotText(name)}]`,
    ),
    "  }",
    ...pod.ports.map((port) => edge("host", node, port)),
    ...pod.services.map((service) => edge(`Service ${service}`, node)),
    ...pod.volumes.flatMap(({ name, sources }) =>
      sources.map((source) => edge(`${node} volume ${name}`, source)),
    ),
    ...pod.containers.flatMap((container) => containerDot(node, container)),
  ];
}

function containerDot(node: string, { name, mounts, needs, after }: GraphContainer): string[] {
  const own = `${node}/${name}`;
  return [
    edge(node, own),
    ...after.map((other) => edge(own, `${node}/${other}`, "after")),
    ...needs.map((need) => edge(own, need)),
    ...mounts.map(({ volume, path }) => edge(own, `${node} volume ${volume}`, path)),
  ];
}

function edge(from: string, to: string, label?: string): string {
  return `  ${dotText(from)} -> ${dotText(to)}${label === undefined ? "" : ` [label=${dotText(label)}]`}`;
}

import type { PortMapping } from "../../options/network-mode.ts";

/** The same mappings with a free port where the user left the choice to us (host port 0). */
export async function choosePorts(mappings: readonly PortMapping[]): Promise<PortMapping[]> {
  const chosen: PortMapping[] = [];
  for (const mapping of mappings) {
    if (mapping.hostPort !== 0) chosen.push(mapping);
    else for (const single of await freePorts(mapping)) chosen.push(single);
  }
  return chosen;
}

/** One mapping for each port of the range: free ports need not stand in a row. */
async function freePorts(mapping: PortMapping): Promise<PortMapping[]> {
  const singles: PortMapping[] = [];
  for (let i = 0; i < mapping.range; i++) {
    const hostPort = await freePort(mapping.hostIp);
    singles.push({ ...mapping, hostPort, containerPort: mapping.containerPort + i, range: 1 });
  }
  return singles;
}

/**
 * A port that the kernel has just given out for listening. Another process may take it before slirp4netns
 * does, which then fails.
 */
async function freePort(hostIp: string): Promise<number> {
  const { createServer } = await import("node:net");
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, hostIp === "" ? "0.0.0.0" : hostIp, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

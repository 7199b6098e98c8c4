import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { networkInterfaces } from "node:os";

/** A port of 127.0.0.1 that nobody listened on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** What a server says, or undefined where none answers. */
export function ask(port: number, address = "127.0.0.1"): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ host: address, port });
    socket.setTimeout(2000, () => socket.destroy());
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(text === "" ? undefined : text));
  });
}

/** The same at an address of this machine that is not its loopback; no address where it has none. */
export async function askWithAddress(
  port: number,
): Promise<{ own: string | undefined; text: string | undefined }> {
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
  return { own, text: own === undefined ? undefined : await ask(port, own) };
}

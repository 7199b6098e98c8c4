import { randomInt } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { networkInterfaces } from "node:os";

/** Below the ports that the kernel gives to whoever asks for any (net.ipv4.ip_local_port_range). */
const [LOWEST, HIGHEST] = [10_000, 32_000];

/** A port that nobody listens on, and that nobody gets who doesn't ask for it by its number. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    const server = createServer();
    try {
      await once(server.listen(port), "listening");
    } catch {
      continue; // taken
    }
    await once(server.close(), "close");
    return port;
  }
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

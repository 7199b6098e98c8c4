import { shellWord } from "../../../../cli/output/shell-word.ts";

export interface Forward {
  readonly protocol: string;
  /** Of the host; "": all its addresses. */
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerIp: string;
  readonly containerPort: number;
}

/** A line of sh(1) that asks slirp4netns for one port. @see slirp4netns(1), "API SOCKET" */
export function forwardLine(
  { protocol, hostIp, hostPort, containerIp, containerPort }: Forward,
  socket: string,
): string {
  const request = {
    execute: "add_hostfwd",
    arguments: {
      proto: protocol,
      host_addr: hostIp === "" ? "0.0.0.0" : hostIp,
      host_port: hostPort,
      guest_addr: containerIp,
      guest_port: containerPort,
    },
  };
  return requestLine(JSON.stringify(request), socket);
}

/** @param socket as a word of the script */
export function requestLine(request: string, socket: string): string {
  return `printf '%s' ${shellWord(request)} | nc -N -U ${socket} >/dev/null`;
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { pastaCommand } from "./pasta.ts";

const SURROUNDINGS = { netns: "/run/netns", path: process.env.PATH };
/** Without what only new versions of pasta are given. */
const rest = (options: readonly string[], ports: Parameters<typeof pastaCommand>[1] = []) =>
  pastaCommand(options, ports, SURROUNDINGS).slice(1).join(" ").replace(" --map-guest-addr 169.254.1.2", "");

test("Podman's defaults, and what takes their place", () => {
  assert.equal(
    rest([]),
    "--config-net -t none -u none -T none -U none --no-map-gw --dns-forward 169.254.1.1 --quiet --netns /run/netns",
  );
  assert.equal(
    rest(["--map-gw", "-T", "auto", "--mtu", "1500"]),
    "--config-net -T auto --mtu 1500 -t none -u none -U none --dns-forward 169.254.1.1 --quiet --netns /run/netns",
  );
});

test("published ports", () => {
  const port = { protocol: "tcp", hostIp: "127.0.0.1", hostPort: 8080, containerPort: 80, range: 3 };
  assert.match(rest([], [port]), / -t 127\.0\.0\.1\/8080-8082:80-82 -u none /);
  assert.match(
    rest([], [{ ...port, hostIp: "", protocol: "udp", range: 1 }]),
    / -u 8080-8080:80-80 -t none /,
  );
  assert.throws(() => rest([], [{ ...port, protocol: "sctp" }]), /can't forward protocol: sctp/);
});

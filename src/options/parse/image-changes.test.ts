import assert from "node:assert/strict";
import { test } from "node:test";
import { applyImageChanges } from "./image-changes.ts";

const BASE = { Env: ["A=1", "B=2"], WorkingDir: "/w", Labels: { old: "1" } };

for (const [change, expected] of [
  ['CMD ["a","b"]', { Cmd: ["a", "b"] }],
  ["CMD a b", { Cmd: ["/bin/sh", "-c", "a b"] }],
  ["CMD ", { Cmd: [] }],
  ["cmd=x", { Cmd: ["/bin/sh", "-c", "x"] }],
  ["ENTRYPOINT []", { Entrypoint: [] }],
  ["ENV A=3", { Env: ["B=2", "A=3"] }],
  ['ENV "C"="d e"', { Env: ["A=1", "B=2", "C=d e"] }],
  ["ENV C", { Env: ["A=1", "B=2", "C="] }],
  ["EXPOSE 80", { ExposedPorts: { "80/tcp": {} } }],
  ["EXPOSE 53/UDP", { ExposedPorts: { "53/udp": {} } }],
  ["LABEL a=b=c", { Labels: { old: "1", a: "b=c" } }],
  ["ONBUILD RUN x", { OnBuild: ["RUN x"] }],
  ["STOPSIGNAL SIGTERM", { StopSignal: "15" }],
  ["USER u:g", { User: "u:g" }],
  ["VOLUME /v /w", { Volumes: { "/v": {}, "/w": {} } }],
  ['VOLUME ["/a b"]', { Volumes: { "/a b": {} } }],
  ["WORKDIR sub", { WorkingDir: "/w/sub" }],
  ["WORKDIR /x", { WorkingDir: "/x" }],
] as const) {
  test(`applyImageChanges(): ${change}`, () =>
    assert.deepEqual(applyImageChanges(BASE, [change]), { ...BASE, ...expected }));
}

test("applyImageChanges(): in their order", () => {
  const { WorkingDir } = applyImageChanges({}, ["WORKDIR /a", "WORKDIR b", "WORKDIR c"]);
  assert.equal(WorkingDir, "/a/b/c");
});

for (const [change, message] of [
  ["FOO bar", 'invalid change "FOO bar" - invalid instruction FOO'],
  ["RUN bar", 'invalid change "RUN bar" - invalid instruction RUN'],
  ["constructor x", 'invalid change "constructor x" - invalid instruction CONSTRUCTOR'],
  ["CMD", 'invalid change "CMD" - must be formatted as KEY VALUE'],
  ["USER ", 'invalid change "USER " - must provide a value to USER'],
  ["EXPOSE x", 'invalid change "EXPOSE x" - EXPOSE port must be an integer'],
  ["EXPOSE 0", 'invalid change "EXPOSE 0" - EXPOSE port must be a valid port number'],
  ["EXPOSE 1/sctp", 'invalid change "EXPOSE 1/sctp" - EXPOSE protocol must be TCP or UDP'],
  ["EXPOSE 1/tcp/x", 'invalid change "EXPOSE 1/tcp/x" - EXPOSE port must be formatted as PORT[/PROTO]'],
  ["ENV =x", 'invalid change "ENV =x" - ENV must have at least one argument'],
  ["VOLUME ", 'invalid change "VOLUME " - VOLUME must have at least one argument'],
  [
    "STOPSIGNAL no",
    'invalid change "STOPSIGNAL no" - KILLSIGNAL must be given a valid signal: invalid signal: no',
  ],
] as const) {
  test(`applyImageChanges() refuses: ${change}`, () =>
    assert.throws(() => applyImageChanges({}, [change]), { message }));
}

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Host } from "../support/host.ts";
import { makeImage, makeIndex, sha256, type TestImage } from "../support/image.ts";
import { makePodman } from "../support/podman.ts";
import { requireProgram } from "../support/program.ts";
import { cosign, endGpgAgent, type GpgKey, keyData, makeCosignKey, makeGpgKey } from "../support/signing.ts";
import { makeWorld } from "../support/world.ts";

requireProgram("podman", "podman");
const world = await makeWorld({ images: {} });
const { host, registry } = world;
const podman = makePodman();
const at = (name: string) => join(host.directory, name);
const signer = makeGpgKey(at("g1"));
const stranger = makeGpgKey(at("g2"));
const expired = makeGpgKey(at("g3"), { expired: true });
after(async () => {
  for (const { home } of [signer, stranger, expired]) endGpgAgent(home);
  await podman.close();
  await world.close();
});

const NAME = "test.localhost/app:1";
const image = makeImage({ layers: [[{ path: "a", content: "a" }]] });
const { digest } = image.manifest;
registry.add("app", "1", image);
const lookaside = at("signatures");

/** Both programs read the same configuration. */
for (const each of [host, podman]) {
  mkdirSync(join(each.configDirectory, "containers/registries.d"), { recursive: true });
  symlinkSync(each.configDirectory, join(each.directory, ".config"));
}
podman.configureRegistries(
  `[[registry]]\nprefix = "test.localhost"\nlocation = "${registry.address}"\ninsecure = true\n`,
);

function writePolicy(policy: unknown): void {
  const text = typeof policy === "string" ? policy : JSON.stringify(policy);
  for (const { configDirectory } of [host, podman])
    writeFileSync(join(configDirectory, "containers/policy.json"), text);
}

function writeRegistriesD(text: string): void {
  for (const { configDirectory } of [host, podman])
    writeFileSync(join(configDirectory, "containers/registries.d/default.yaml"), text);
}

/** As the one, or more, signatures of the image. */
function writeSignatures(signatures: readonly Buffer[], { of = digest, repository = "app" } = {}): void {
  rmSync(lookaside, { recursive: true, force: true });
  const directory = join(lookaside, `${repository}@${of.replace(":", "=")}`);
  mkdirSync(directory, { recursive: true });
  for (const [index, content] of signatures.entries())
    writeFileSync(join(directory, `signature-${index + 1}`), content);
}

const pull = ["pull", "--quiet", NAME];

/** Nothing of a rejected image may be left: no blob, no layer, no name. */
async function assertNothingStored(): Promise<void> {
  const places = ["images/blobs/sha256", "layers", "partial", "tmp"].map((name) =>
    join(host.dataDirectory, "tspod", name),
  );
  assert.equal(await host.ok(["unshare", "find", ...places, "-mindepth", "1"]), "");
  assert.equal(await host.ok(["images", "--all", "--quiet"]), "");
}

async function assertRejected(by: Host, args: readonly string[], reason: RegExp): Promise<void> {
  const { code, stdout, stderr } = await by.tspod(args);
  assert.deepEqual({ code, stdout }, { code: 125, stdout: "" }, stderr);
  assert.match(stderr, reason);
}

async function assertAccepted(by: Host, args: readonly string[], id: string): Promise<void> {
  assert.equal(await by.ok(args), id.replace("sha256:", ""));
  await by.ok(["rmi", "--all", "--force"]);
}

const signedBy = (more: object = {}) => [
  { type: "signedBy", keyType: "GPGKeys", keyPath: signer.publicKey, ...more },
];
const forRegistry = (requirements: object[]) => ({
  default: [{ type: "reject" }],
  transports: { docker: { "test.localhost": requirements } },
});

describe("signedBy: tspod and podman agree", () => {
  const good = { digest, reference: NAME };
  const cases: readonly {
    name: string;
    signatures: Buffer[];
    requirement?: object;
    reason?: RegExp;
  }[] = [
    { name: "the right key, name and digest", signatures: [signer.sign(good)] },
    {
      name: "one good signature beside bad ones",
      signatures: [
        stranger.sign(good),
        signer.sign({ ...good, reference: "test.localhost/b:1" }),
        signer.sign(good),
      ],
    },
    { name: "no signature", signatures: [], reason: /A signature was required, but no signature exists\n$/ },
    { name: "another key", signatures: [stranger.sign(good)], reason: /Invalid GPG signature: / },
    {
      name: "a key that has expired",
      signatures: [expired.sign(good)],
      requirement: { keyPath: expired.publicKey },
      reason: /Invalid GPG signature: /,
    },
    {
      name: "another digest",
      signatures: [signer.sign({ ...good, digest: `sha256:${"0".repeat(64)}` })],
      reason: /Signature for digest sha256:0{64} does not match\n$/,
    },
    {
      name: "another tag",
      signatures: [signer.sign({ ...good, reference: "test.localhost/app:2" })],
      reason: /Signature for identity "?test\.localhost\/app:2"? is not accepted\n$/,
    },
    {
      name: "another tag, where the repository will do",
      signatures: [signer.sign({ ...good, reference: "test.localhost/app:2" })],
      requirement: { signedIdentity: { type: "matchRepository" } },
    },
    {
      name: "exactReference",
      signatures: [signer.sign({ ...good, reference: "example.com/x:9" })],
      requirement: { signedIdentity: { type: "exactReference", dockerReference: "example.com/x:9" } },
    },
    {
      name: "exactRepository",
      signatures: [signer.sign({ ...good, reference: "example.com/x:9" })],
      requirement: { signedIdentity: { type: "exactRepository", dockerRepository: "example.com/y" } },
      reason: /Signature for identity "?example\.com\/x:9"? is not accepted\n$/,
    },
    {
      name: "remapIdentity",
      signatures: [signer.sign({ ...good, reference: "example.com/team/app:1" })],
      requirement: {
        signedIdentity: { type: "remapIdentity", prefix: "test.localhost", signedPrefix: "example.com/team" },
      },
    },
    {
      name: "another type of payload",
      signatures: [signer.sign({ ...good, type: "something else" })],
      reason: /[Uu]nrecognized signature type something else\n$/,
    },
    {
      name: "a signature that was changed",
      signatures: [changed(signer.sign(good))],
      reason: /Source image rejected: /,
    },
    {
      name: "two signatures that are none",
      signatures: [stranger.sign(good), stranger.sign(good)],
      reason: /None of the signatures were accepted, reasons: Invalid GPG signature/,
    },
    {
      name: "keyPaths",
      signatures: [stranger.sign(good)],
      requirement: { keyPath: undefined, keyPaths: [signer.publicKey, stranger.publicKey] },
    },
    {
      name: "keyData",
      signatures: [signer.sign(good)],
      requirement: { keyPath: undefined, keyData: keyData(signer.publicKey) },
    },
  ];
  for (const { name, signatures, requirement, reason } of cases) {
    test(name, async () => {
      writeRegistriesD(`default-docker:\n  lookaside: file://${lookaside}\n`);
      writePolicy(forRegistry(signedBy(requirement)));
      writeSignatures(signatures);
      for (const each of [host, podman]) {
        if (reason === undefined) await assertAccepted(each, pull, image.config.digest);
        else await assertRejected(each, pull, reason);
      }
      await assertNothingStored();
    });
  }
});

function changed(signature: Buffer): Buffer {
  const copy = Buffer.from(signature);
  const last = copy.length - 20;
  copy[last] = (copy[last] ?? 0) ^ 0x55;
  return copy;
}

test("by digest the repository will do", async () => {
  writePolicy(forRegistry(signedBy()));
  writeSignatures([signer.sign({ digest, reference: "test.localhost/app:other" })]);
  await assertAccepted(host, ["pull", "-q", `test.localhost/app@${digest}`], image.config.digest);
});

test("of an index the image that is chosen must be signed", async () => {
  const index = makeIndex([
    {
      image,
      platform: { os: "linux", architecture: JSON.parse(image.config.content.toString()).architecture },
    },
  ]);
  registry.addManifest("app", "list", index);
  const reference = "test.localhost/app:list";
  writeSignatures([signer.sign({ digest: index.digest, reference })], { of: index.digest });
  await assertRejected(
    host,
    ["pull", "-q", reference],
    /copying system image from manifest list: Source image rejected: A signature was required, but no signature exists\n$/,
  );
  await assertNothingStored();
  writeSignatures([signer.sign({ digest, reference })]);
  await assertAccepted(host, ["pull", "-q", reference], image.config.digest);
});

test("signatures from a lookaside server", async () => {
  const content = signer.sign({ digest, reference: NAME });
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (!request.url?.endsWith("/signature-1")) return response.writeHead(404).end();
    response.write(content.subarray(0, 10));
    // the rest comes later, as from a real one
    return setTimeout(() => response.end(content.subarray(10)), 50);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  writeRegistriesD(
    `docker:\n  "${registry.address}":   # where the image is\n    lookaside: 'http://127.0.0.1:${port}/base'\n`,
  );
  writePolicy(forRegistry(signedBy()));
  await assertAccepted(host, pull, image.config.digest);
  server.close();
  const hex = digest.replace(":", "=");
  assert.deepEqual(asked, [`/base/app@${hex}/signature-1`, `/base/app@${hex}/signature-2`]);
});

// No peer here: Debian's podman and skopeo have sigstore switched off.
describe("sigstoreSigned", () => {
  const key = makeCosignKey(at("cosign.pub"));
  const sign = (other: TestImage, more: Parameters<typeof cosign>[2] = {}, by = key) =>
    cosign(registry, { repository: "signed", image: other, key: by }, more);
  const NUMBER = { next: 0 };
  /** An image of its own for each case: their signatures are found by digest. */
  const fresh = () => {
    const made = makeImage({ layers: [[{ path: "n", content: String(NUMBER.next++) }]] });
    registry.add("signed", "1", made);
    return made;
  };
  const policy = (more: object = {}) =>
    forRegistry([
      {
        type: "sigstoreSigned",
        keyPath: key.publicKey,
        signedIdentity: { type: "matchRepository" },
        ...more,
      },
    ]);
  const name = "test.localhost/signed:1";
  const attachments = "default-docker:\n  use-sigstore-attachments: true\n";

  for (const kind of ["ec", "rsa", "ed25519"] as const) {
    test(`a key of type ${kind}: accepted`, async () => {
      const own = makeCosignKey(at(`${kind}.pub`), kind);
      const made = fresh();
      sign(made, {}, own);
      writeRegistriesD(attachments);
      writePolicy(policy({ keyPath: own.publicKey }));
      await assertAccepted(host, ["pull", "-q", name], made.config.digest);
    });
  }

  for (const [title, more, reason] of [
    [
      "another repository",
      { reference: "test.localhost/other" },
      /Signature for identity "?test\.localhost\/other"? is not accepted/,
    ],
    [
      "another digest",
      { digest: `sha256:${"1".repeat(64)}` },
      /Signature for digest sha256:1{64} does not match/,
    ],
    [
      "another type",
      { type: "atomic container signature" },
      /[Uu]nrecognized signature type atomic container signature/,
    ],
  ] as const) {
    test(`${title}: rejected`, async () => {
      sign(fresh(), more);
      writeRegistriesD(attachments);
      writePolicy(policy());
      await assertRejected(host, ["pull", "-q", name], reason);
    });
  }

  test("another key, no attachment, or none looked for: rejected", async () => {
    sign(fresh(), {}, makeCosignKey(at("other.pub")));
    writeRegistriesD(attachments);
    writePolicy(policy());
    await assertRejected(host, ["pull", "-q", name], /cryptographic signature verification failed/);
    fresh();
    await assertRejected(host, ["pull", "-q", name], /A signature was required, but no signature exists/);
    sign(fresh());
    writeRegistriesD("default-docker:\n  use-sigstore-attachments: false\n");
    await assertRejected(host, ["pull", "-q", name], /A signature was required, but no signature exists/);
    await assertNothingStored();
  });
});

describe("scopes: the most specific one decides", () => {
  const accept = [{ type: "insecureAcceptAnything" }];
  const reject = [{ type: "reject" }];
  for (const [scopes, accepted] of [
    [{ "test.localhost/app:1": accept, "test.localhost/app": reject }, true],
    [{ "test.localhost/app": accept, "test.localhost": reject }, true],
    [{ "*.localhost": reject, "": accept }, false],
    [{ "test.localhost": accept, "*.localhost": reject }, true],
    [{ "localhost/app": accept }, false],
    [{ "": accept }, true],
  ] as const) {
    test(JSON.stringify(scopes), async () => {
      writePolicy({ default: reject, transports: { docker: scopes } });
      if (accepted) return assertAccepted(host, pull, image.config.digest);
      const source = "docker://test.localhost/app:1";
      const reason = `Source image rejected: Running image ${source} is rejected by policy.\n`;
      const told = await host.tspod(pull);
      assert.deepEqual(told, {
        code: 125,
        stdout: "",
        stderr: `Error: unable to copy from source ${source}: ${reason}`,
      });
      // Podman 4 does not name the source there.
      await assertRejected(podman, pull, new RegExp(`${reason.replaceAll(".", "\\.")}$`));
      await assertNothingStored();
    });
  }

  test("--signature-policy takes the place of policy.json; run asks the policy, too", async () => {
    writePolicy({ default: reject });
    const other = at("open.json");
    writeFileSync(other, JSON.stringify({ default: accept }));
    await assertRejected(host, ["run", "--rm", NAME, "true"], /Source image rejected: Running image docker:/);
    await assertNothingStored();
    await assertAccepted(host, ["pull", "-q", "--signature-policy", other, NAME], image.config.digest);
    await assertRejected(
      host,
      [...pull, "--signature-policy", at("none")],
      /^Error: open .*none: no such file or directory\n$/,
    );
  });
});

describe("load", () => {
  const archive = at("app.tar");
  test("an archive that the policy rejects leaves nothing", async () => {
    writePolicy({ default: [{ type: "insecureAcceptAnything" }] });
    await host.ok(pull);
    await host.ok(["save", "--format", "oci-archive", "-o", archive, NAME]);
    await host.ok(["save", "-o", at("docker.tar"), NAME]);
    await host.ok(["rmi", "--all"]);
    writePolicy({ default: [{ type: "reject" }] });
    await assertRejected(
      host,
      ["load", "-i", archive],
      /Source image rejected: Running image oci-archive:.*app\.tar:test\.localhost\/app:1 is rejected by policy\.\n$/,
    );
    await assertRejected(
      host,
      ["load", "-i", at("docker.tar")],
      /Source image rejected: Running image docker-archive:/,
    );
    writePolicy({ default: signedBy() });
    await assertRejected(host, ["load", "-i", archive], /A signature was required, but no signature exists/);
    await assertNothingStored();
  });

  test("a scope that is the archive's directory lets it through", async () => {
    writePolicy({
      default: [{ type: "reject" }],
      transports: { "oci-archive": { [host.directory]: [{ type: "insecureAcceptAnything" }] } },
    });
    assert.equal(await host.ok(["load", "-i", archive]), `Loaded image: ${NAME}`);
    await host.ok(["rmi", "--all"]);
  });
});

test("dir: the signatures beside the manifest; it has no name but the one that the policy says", async () => {
  const directory = at("as-dir");
  writePolicy({ default: [{ type: "insecureAcceptAnything" }] });
  await host.ok(["pull", "-q", NAME]);
  await host.ok(["save", "--format", "docker-dir", "-o", directory, NAME]);
  await host.ok(["rmi", "--all"]);
  writePolicy({
    default: signedBy({ signedIdentity: { type: "exactReference", dockerReference: NAME } }),
  });
  const from = ["pull", "-q", `dir:${directory}`];
  for (const each of [host, podman])
    await assertRejected(each, from, /A signature was required, but no signature exists/);
  const stored = sha256(readFileSync(join(directory, "manifest.json")));
  writeFileSync(join(directory, "signature-1"), signer.sign({ digest: stored, reference: NAME }));
  await assertAccepted(host, from, image.config.digest);
  writePolicy({ default: signedBy() });
  for (const each of [host, podman])
    await assertRejected(each, from, /Signature for identity "?test\.localhost\/app:1"? is not accepted/);
  await assertNothingStored();
});

describe("a policy that is not understood is refused, by file and key", () => {
  const accept = [{ type: "insecureAcceptAnything" }];
  for (const [policy, reason] of [
    ["{", /invalid policy in ".*policy\.json": /],
    [{}, /\["default"\]/],
    [{ default: [] }, /requirements must not be empty/],
    [{ default: accept, defaults: accept }, /unknown key "defaults"/],
    [{ default: [{ type: "insecureAcceptAnything", extra: 1 }] }, /\["default"\]\[0\]: unknown key "extra"/],
    [{ default: [{ type: "nonsense" }] }, /\["default"\]\[0\]\["type"\]: unknown or missing "type"/],
    [
      '{"default":[{"type":"reject"}],"default":[{"type":"insecureAcceptAnything"}]}',
      /duplicate key "default"/,
    ],
    [{ default: [{ type: "signedBy", keyType: "GPGKeys" }] }, /exactly one of keyPath, keyPaths and keyData/],
    [{ default: [{ type: "signedBy", keyType: "other", keyPath: "/k" }] }, /\["keyType"\]/],
    [
      { default: accept, transports: { "oci-archive": { "relative/path": accept } } },
      /invalid scope "relative\/path"/,
    ],
    [{ default: accept, transports: { "docker-archive": { "/x": accept } } }, /invalid scope "\/x"/],
  ] as const) {
    test(JSON.stringify(policy), async () => {
      writePolicy(policy);
      await assertRejected(host, pull, /^Error: invalid policy in "[^"]*policy\.json": .*\n$/);
      await assertRejected(host, pull, reason);
    });
  }
});

test("registries.d: what is not understood is refused, by file, and line or key", async () => {
  writePolicy(forRegistry(signedBy()));
  for (const [text, reason] of [
    ["default-docker:\n  lookaside: [a]\n", /default\.yaml: "[^"]+" must be a mapping or a text/],
    ["- a\n", /default\.yaml: this must be a mapping or a text/],
    ["default-docker:\n  lookaside: x: y\n", /default\.yaml:2: /],
    ["nonsense:\n  a: b\n", /unknown key "nonsense"/],
    ["default-docker:\n  lookasides: file:///x\n", /unknown key "lookasides" in "default-docker"/],
    ["default-docker:\n  lookaside: ftp://x/\n", /unsupported scheme .*ftp:/],
  ] as const) {
    writeRegistriesD(text);
    await assertRejected(host, pull, reason);
  }
});

test("without gpg the error names the package", async () => {
  writeRegistriesD(`default-docker:\n  lookaside: file://${lookaside}\n`);
  writePolicy(forRegistry(signedBy()));
  writeSignatures([signer.sign({ digest, reference: NAME })]);
  const bin = at("bin");
  mkdirSync(bin);
  for (const name of ["newuidmap", "newgidmap"]) symlinkSync(requireProgram(name, "uidmap"), join(bin, name));
  const { code, stderr } = await host.tspod(pull, { env: { PATH: bin } });
  assert.equal(code, 125);
  assert.match(stderr, /can't be run: install it \(Debian: the package "gpg"\)/);
  await assertNothingStored();
});

test("what skopeo has signed is accepted", async () => {
  const key: GpgKey = signer;
  const program = requireProgram("skopeo", "skopeo");
  const layout = at("layout");
  writePolicy({ default: [{ type: "insecureAcceptAnything" }] });
  await host.ok(["pull", "-q", NAME]);
  await host.ok(["save", "--format", "oci-dir", "-o", layout, NAME]);
  await host.ok(["rmi", "--all"]);
  // `dir:` keeps the signatures that a push would put into the lookaside.
  const signed = at("signed");
  execFileSync(
    program,
    [
      "standalone-sign",
      "--output",
      signed,
      join(layout, "blobs/sha256", digest.replace("sha256:", "")),
      NAME,
      key.fingerprint,
    ],
    { env: { ...process.env, HOME: host.directory, GNUPGHOME: key.home }, stdio: "pipe" },
  );
  writePolicy(forRegistry(signedBy()));
  writeSignatures([execFileSync("cat", [signed])]);
  await assertAccepted(host, pull, image.config.digest);
});

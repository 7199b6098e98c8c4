import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { dockerRegistries } from "../support/docker-registry.ts";
import { makeHost } from "../support/host.ts";
import { requireProgram, runProgram } from "../support/program.ts";
import { onTerminal } from "../support/terminal.ts";

// Against Debian's docker-registry with a password file.
const skopeo = requireProgram("skopeo", "skopeo");
const registries = dockerRegistries();
const host = makeHost();
after(async () => {
  registries.close();
  await host.close();
});
const registry = await registries.start({ password: true });
host.configureRegistries(
  `unqualified-search-registries = ["${registry}"]\n[[registry]]\nlocation = "${registry}"\ninsecure = true\n`,
);

const authFile = join(host.runtimeDirectory, "containers/auth.json");
const encoded = (text: string): string => Buffer.from(text).toString("base64");
const content = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const login = (...args: readonly string[]) => host.tspod(["login", ...args]);
const SUCCEEDED = { code: 0, stdout: "Login Succeeded!\n", stderr: "" };

afterEach(() => rmSync(authFile, { force: true }));

test("user and password by flags: kept in auth.json, for us alone to read", async () => {
  assert.deepEqual(await login("-u", "user", "-p", "right", registry), SUCCEEDED);
  assert.deepEqual(content(authFile), { auths: { [registry]: { auth: encoded("user:right") } } });
  assert.equal(statSync(authFile).mode & 0o777, 0o600);
  assert.equal(await host.ok(["login", "--get-login", registry]), "user");
  const again = await login(registry);
  assert.equal(
    again.stdout,
    `Authenticating with existing credentials for ${registry}\nExisting credentials are valid. Already logged in to ${registry}\n`,
  );
});

test("--password-stdin; a namespace has a key of its own; no name: the first search registry", async () => {
  const input = { input: "right\n" };
  const args = ["login", "--username", "user", "--password-stdin"];
  assert.deepEqual(await host.tspod([...args, `${registry}/team`], input), SUCCEEDED);
  assert.deepEqual(await host.tspod([...args, `http://${registry}/v2/`], input), SUCCEEDED);
  assert.deepEqual(await host.tspod([...args, "-v"], input), {
    ...SUCCEEDED,
    stdout: `Used:  ${authFile}\nLogin Succeeded!\n`,
  });
  assert.deepEqual(Object.keys(content(authFile).auths).sort(), [registry, `${registry}/team`]);
  const out = await host.tspod(["logout", `${registry}/team`]);
  assert.equal(out.stdout, `Removed login credentials for ${registry}/team\n`);
  assert.deepEqual(Object.keys(content(authFile).auths), [registry]);
});

test("a wrong password: refused, not kept, not shown", async () => {
  const { code, stdout, stderr } = await login("-u", "user", "-p", "wr0ng-one", registry);
  assert.deepEqual(
    { code, stdout, stderr },
    { code: 125, stdout: "", stderr: `Error: logging into "${registry}": invalid username/password\n` },
  );
  assert.ok(!existsSync(authFile));
});

for (const [what, args, message] of [
  ["--get-login without a login", ["--get-login", registry], `not logged into ${registry}`],
  [
    "--password-stdin without a user",
    ["--password-stdin", registry],
    "Must provide --username with --password-stdin",
  ],
  [
    "--password-stdin with --password",
    ["--password-stdin", "-u", "user", "-p", "x", registry],
    "Can't specify both --password-stdin and --password",
  ],
  ["a tag", [`${registry}/a:1`], `reference "${registry}/a:1" contains tag or digest`],
  ["nobody to ask for the user", [registry], "getting username and password: reading username: EOF"],
  [
    "no terminal to ask for the password",
    ["-u", "user", registry],
    "getting username and password: reading password: inappropriate ioctl for device",
  ],
  ["two registries", ["a", "b"], "accepts at most 1 arg(s), received 2"],
] as const) {
  test(`refused: ${what}`, async () => {
    const { code, stderr } = await host.tspod(["login", ...args], { input: "" });
    assert.equal(code, 125);
    assert.equal(stderr.split("\n")[0], `Error: ${message}`);
  });
}

test("a password stands in no log", async () => {
  for (const args of [["-p", "s3cr3t"], ["-ps3cr3t"], ["--password=s3cr3t"]]) {
    const { stderr } = await host.tspod(["--log-level=trace", "login", "-u", "user", ...args, registry]);
    assert.match(stderr, /called login: /);
    assert.doesNotMatch(stderr, /s3cr3t/);
  }
  const pull = await host.tspod(["--log-level=trace", "pull", "--creds", "user:s3cr3t", `${registry}/a`]);
  assert.match(pull.stderr, /called pull: /);
  assert.doesNotMatch(pull.stderr, /s3cr3t/);
});

test("a registry that can't be reached", async () => {
  const { code, stderr } = await login("-u", "user", "-p", "right", "127.0.0.1:1");
  assert.equal(code, 125);
  assert.match(
    stderr,
    /^Error: authenticating creds for "127\.0\.0\.1:1": pinging container registry 127\.0\.0\.1:1: Get "https:\/\/127\.0\.0\.1:1\/v2\/": dial tcp 127\.0\.0\.1:1: connect: connection refused[^\n]*\n$/,
  );
});

test("on a terminal it asks, and doesn't show the password", async () => {
  const terminal = onTerminal(host, ["login", registry]);
  await terminal.saw(/Username: $/);
  terminal.type("user\r");
  await terminal.saw(/Password: $/);
  terminal.type("wrong\x15rightt\x7f\r");
  await terminal.saw(/Login Succeeded!/);
  assert.equal(await terminal.ended, 0);
  assert.doesNotMatch(terminal.shown(), /right|wrong/);
  const again = onTerminal(host, ["login", "-p", "right", registry]);
  await again.saw(/Username \(user\): $/);
  again.type("\r");
  assert.equal(await again.ended, 0);
});

test("Ctrl-C at the password ends it, and the terminal echoes again", async () => {
  const terminal = onTerminal(host, ["login", "-u", "user", registry]);
  await terminal.saw(/Password: $/);
  terminal.type("\x03");
  assert.equal(await terminal.ended, 130);
});

describe("auth files", () => {
  for (const words of [
    ["pull", "nosuch"],
    ["push", "nosuch"],
    ["search", "nosuch"],
    ["run", "nosuch"],
    ["build", "."],
    ["kube", "play", "/nosuch"],
    ["image", "sign", "nosuch"],
    ["manifest", "add", "nosuch", "nosuch"],
    ["manifest", "inspect", "nosuch"],
    ["manifest", "push", "nosuch"],
    ["container", "runlabel", "nosuch", "nosuch"],
    ["auto-update"],
  ])
    test(`--authfile that is not there: ${words.join(" ")}`, async () => {
      const at = words.findIndex((word) => /nosuch|^\.$/.test(word));
      const command = at < 0 ? words : words.slice(0, at);
      assert.deepEqual(
        await host.tspod([...command, "--authfile", "nowhere.json", ...words.slice(command.length)], {
          cwd: host.directory,
        }),
        {
          code: 125,
          stdout: "",
          stderr:
            "Error: credential file is not accessible: faccessat nowhere.json: no such file or directory\n",
        },
      );
    });

  test("--authfile; what it does not know stays; a link stays one", async () => {
    const [file, link] = [join(host.directory, "own.json"), join(host.directory, "link.json")];
    const other = { auths: { "other.io": { auth: encoded("a:b"), email: "x" } }, HttpHeaders: { a: "b" } };
    writeFileSync(file, JSON.stringify(other));
    symlinkSync(file, link);
    const env = { REGISTRY_AUTH_FILE: join(host.directory, "ignored.json") };
    const args = ["login", "-u", "user", "-p", "right", "--authfile", link, registry];
    assert.deepEqual(await host.tspod(args, { env }), SUCCEEDED);
    assert.deepEqual(content(file), {
      ...other,
      auths: { ...other.auths, [registry]: { auth: encoded("user:right") } },
    });
    assert.ok(!existsSync(env.REGISTRY_AUTH_FILE));
    await host.ok(["logout", "--authfile", link, registry]);
    assert.deepEqual(content(file), other);
    assert.deepEqual(content(link), other);
  });

  test("REGISTRY_AUTH_FILE, DOCKER_CONFIG", async () => {
    const file = join(host.directory, "new/env.json");
    const args = ["-u", "user", "-p", "right", registry];
    assert.deepEqual(await host.tspod(["login", ...args], { env: { REGISTRY_AUTH_FILE: file } }), SUCCEEDED);
    assert.ok(content(file).auths[registry]);
    const env = { DOCKER_CONFIG: join(host.directory, "docker") };
    assert.deepEqual(await host.tspod(["login", ...args], { env }), SUCCEEDED);
    assert.ok(content(join(env.DOCKER_CONFIG, "config.json")).auths[registry]);
    assert.equal(await host.ok(["login", "--get-login", registry], { env }), "user");
    assert.ok(!existsSync(authFile));
  });

  test("logout --all empties it; what docker has kept is only read", async () => {
    await login("-u", "user", "-p", "right", registry);
    const all = await host.tspod(["logout", "--all"]);
    assert.deepEqual(all, {
      code: 0,
      stdout: "Removed login credentials for all registries\n",
      stderr: "",
    });
    assert.deepEqual(content(authFile), { auths: {} });
    const none = await host.tspod(["logout", registry]);
    assert.deepEqual(none, { code: 125, stdout: "", stderr: `Error: not logged into ${registry}\n` });
    const docker = join(host.directory, ".docker/config.json");
    mkdirSync(dirname(docker));
    writeFileSync(docker, JSON.stringify({ auths: { [registry]: { auth: encoded("user:right") } } }));
    assert.equal(await host.ok(["login", "--get-login", registry]), "user");
    assert.match(
      await host.ok(["logout", registry]),
      /with current tool\. Existing credentials were established via docker login\./,
    );
    rmSync(docker);
    const missing = await host.tspod(["logout", "--authfile", "/nowhere/auth.json", registry]);
    assert.equal(
      missing.stderr,
      "Error: credential file is not accessible: faccessat /nowhere/auth.json: no such file or directory\n",
    );
    assert.equal((await host.tspod(["logout", "-a", registry])).code, 125);
  });

  test("a damaged one is refused, unread aloud, and left as it is", async () => {
    mkdirSync(dirname(authFile), { recursive: true });
    writeFileSync(authFile, '{"auths": {"x": {"auth": "c2VjcmV0"');
    const { code, stderr } = await login("-u", "user", "-p", "right", registry);
    assert.equal(code, 125);
    assert.match(stderr, /^Error: [^\n]*is not a valid auth file[^\n]*\n$/);
    assert.doesNotMatch(stderr, /c2Vj/);
    assert.equal(readFileSync(authFile, "utf8"), '{"auths": {"x": {"auth": "c2VjcmV0"');
  });

  test("two logins at once: both are kept", async () => {
    const keys = Array.from({ length: 4 }, (_, i) => `${registry}/team${i}`);
    await Promise.all(keys.map((key) => host.ok(["login", "-u", "user", "-p", "right", key])));
    assert.deepEqual(Object.keys(content(authFile).auths).sort(), keys);
  });

  test("shared with skopeo, both ways", async () => {
    await login("-u", "user", "-p", "right", registry);
    const run = (...args: readonly string[]) => runProgram(skopeo, args, { env: host.env });
    const theirs = await run("login", "--get-login", registry);
    assert.equal(theirs.stdout, "user\n", theirs.stderr);
    assert.equal((await run("logout", registry)).code, 0);
    assert.equal((await login("--get-login", registry)).code, 125);
    const back = await run("login", "--tls-verify=false", "-u", "user", "-p", "right", registry);
    assert.equal(back.code, 0, back.stderr);
    assert.equal(await host.ok(["login", "--get-login", registry]), "user");
  });
});

describe("a credential helper", () => {
  const bin = join(host.directory, "bin");
  const vault = join(host.directory, "vault");
  const calls = join(host.directory, "helper-calls");
  mkdirSync(bin);
  mkdirSync(vault);
  // Keeps each server's answer in a file; the protocol's texts are those of docker.
  writeFileSync(
    join(bin, "docker-credential-vault"),
    `#!/bin/sh
echo "$@" >>${calls}
[ "$1" = list ] && { echo '{"${registry}":"user"}'; exit; }
read -r line
server=$(printf %s "$line" | sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/')
file=${vault}/$(printf %s "$server" | tr /: __)
case $1 in
  store) printf %s "$line" >"$file" ;;
  get) [ -e "$file" ] && cat "$file" || { echo "credentials not found in native keychain"; exit 1; } ;;
  erase) rm "$file" ;;
esac
`,
  );
  chmodSync(join(bin, "docker-credential-vault"), 0o755);
  const env = { PATH: `${bin}:${host.env.PATH}` };
  const args = ["-u", "user", "-p", "right", "-v", registry];

  for (const [what, file] of [
    ["credHelpers", { credHelpers: { [registry]: "vault" } }],
    ["credsStore", { credsStore: "vault" }],
  ] as const) {
    test(`${what}: store, get, erase; the file has no password`, async () => {
      mkdirSync(dirname(authFile), { recursive: true });
      writeFileSync(authFile, JSON.stringify(file));
      const { stdout, stderr } = await host.tspod(["login", ...args], { env });
      assert.equal(stdout, "Used:  credential helper: vault\nLogin Succeeded!\n", stderr);
      assert.deepEqual(content(authFile), file);
      assert.equal(await host.ok(["login", "--get-login", registry], { env }), "user");
      const out = await host.ok(["logout", registry], { env });
      assert.equal(out, `Removed login credentials for ${registry}`);
      const none = await host.tspod(["login", "--get-login", registry], { env });
      assert.equal(none.stderr, `Error: not logged into ${registry}\n`);
      await host.ok(["login", ...args], { env });
      await host.ok(["logout", "--all"], { env });
      assert.equal((await host.tspod(["login", "--get-login", registry], { env })).code, 125);
      assert.doesNotMatch(readFileSync(calls, "utf8"), /right/);
    });
  }

  test("registries.conf's credential-helpers", async () => {
    const conf = join(host.directory, "helpers.conf");
    writeFileSync(
      conf,
      `credential-helpers = ["vault"]\n[[registry]]\nlocation = "${registry}"\ninsecure = true\n`,
    );
    const own = { ...env, CONTAINERS_REGISTRIES_CONF: conf };
    await host.ok(["login", ...args], { env: own });
    assert.ok(!existsSync(authFile));
    assert.equal(await host.ok(["login", "--get-login", registry], { env: own }), "user");
    await host.ok(["logout", registry], { env: own });
    assert.equal((await host.tspod(["login", "--get-login", registry], { env: own })).code, 125);
  });

  test("one that is missing is named", async () => {
    mkdirSync(dirname(authFile), { recursive: true });
    writeFileSync(authFile, JSON.stringify({ credHelpers: { [registry]: "missing" } }));
    const { code, stderr } = await host.tspod(["login", ...args], { env });
    assert.equal(code, 125);
    assert.match(
      stderr,
      /^Error: get credentials: credential helper "docker-credential-missing" can't be run/,
    );
  });
});

describe("--secret and --compat-auth-file", () => {
  const compat = join(host.directory, "docker.json");

  test("the password comes from a secret; its name is the user's where there is no other", async () => {
    await host.ok(["secret", "create", "--replace", "user", "-"], { input: "right" });
    assert.deepEqual(await login("--secret", "user", registry), SUCCEEDED);
    assert.equal(content(authFile).auths[registry].auth, encoded("user:right"));
    assert.deepEqual(await login("--secret", "user", "-u", "user", registry), SUCCEEDED);
    assert.match((await login("--secret", "nosuch", registry)).stderr, /^Error: .*nosuch/);
    assert.equal(
      (await login("--secret", "user", "-p", "x", registry)).stderr,
      "Error: --secret can not be used with --password or --password-stdin\n",
    );
  });

  test("Docker's file has whole registries, and logout takes them out of it", async () => {
    const flags = ["--compat-auth-file", compat];
    assert.deepEqual(await login(...flags, "-u", "user", "-p", "right", registry), SUCCEEDED);
    assert.deepEqual(Object.keys(content(compat).auths), [registry]);
    assert.equal(existsSync(authFile), false);
    const { code, stderr } = await login(...flags, "-u", "user", "-p", "right", `${registry}/team`);
    assert.deepEqual([code, /whole registries only/.test(stderr)], [125, true]);
    assert.match(
      (await login(...flags, "--authfile", authFile, registry)).stderr,
      /can not be set simultaneously/,
    );
    await host.ok(["logout", ...flags, registry]);
    assert.deepEqual(Object.keys(content(compat).auths ?? {}), []);
  });
});

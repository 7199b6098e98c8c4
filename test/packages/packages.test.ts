import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
  asUser,
  asUserMeanwhile,
  HOME,
  install,
  leaveMachine,
  leftovers,
  mainJob,
  makeMuslTree,
  PACKAGES,
  packageFile,
  prepareMachine,
  root,
  userOk,
  withoutLibatomic,
} from "./machine.ts";
import { serveRegistry } from "./npm-registry.ts";

/*
 * Run by `npm run test:packages` as root of a bare Debian, which has neither a compiler nor anything that
 * containers need. What is installed is used as an ordinary user.
 */

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
const versionOf = (kind: string): string => `tspod version 5.8.6+tspod.${version}.${kind}`;

before(() => {
  assert.equal(existsSync("/usr/bin/gcc"), false, "this Debian has a compiler: it is not bare");
  prepareMachine();
});
after(leaveMachine);

describe("the Debian package", { concurrency: false }, () => {
  const deb = packageFile(".deb");

  test("brings what containers need, and the main job is done", () => {
    install(deb);
    assert.equal(userOk("tspod --version"), versionOf("deb"));
    assert.equal(userOk("tspod info --format '{{.Version.BuildOrigin}}'"), `tspod ${version}.deb`);
    mainJob();
  });

  test("man pages, completions, systemd's generator and units are where others look for them", () => {
    for (const file of [
      "man/man1/tspod-run.1.gz",
      "man/man5/tspod-systemd.unit.5.gz",
      "bash-completion/completions/tspod",
      "zsh/vendor-completions/_tspod",
      "fish/vendor_completions.d/tspod.fish",
    ])
      assert.ok(existsSync(`/usr/share/${file}`), file);
    assert.ok(existsSync("/usr/lib/systemd/user/tspod-kube@.service"));
    assert.match(root("/usr/lib/systemd/user-generators/tspod-system-generator", "--version"), /^\d+\.\d+/);
  });

  test("the doctor finds nothing missing", () => {
    const { code, stdout, stderr } = asUser("tspod doctor");
    assert.deepEqual([code, stderr], [0, ""], stdout);
  });

  test("AppArmor's profile is there where AppArmor knows such", () => {
    const isKnown = existsSync("/etc/apparmor.d/abi/4.0");
    assert.equal(existsSync("/etc/apparmor.d/tspod"), isKnown);
  });

  test("an upgrade while a container runs: it goes on, and the new program manages it", () => {
    root(
      "sh",
      "-c",
      `rm -rf /root/old && dpkg-deb -R ${deb} /root/old && sed -i 's/^Version: .*/Version: 0.0.1-1/' /root/old/DEBIAN/control`,
    );
    root("dpkg-deb", "-Znone", "--build", "/root/old", "/root/old.deb");
    install("--allow-downgrades", "/root/old.deb");
    userOk("tspod run -d --name c box busybox sleep 1000");
    const pid = userOk("tspod inspect --format '{{.State.Pid}}' c");
    install(deb);
    assert.equal(userOk("tspod inspect --format '{{.State.Pid}} {{.State.Status}}' c"), `${pid} running`);
    assert.equal(userOk("tspod exec c busybox echo in"), "in");
    userOk("tspod stop -t 0 c");
    assert.equal(userOk("tspod ps -a --format '{{.Names}} {{.State}}'"), "c exited");
    userOk("tspod rm c");
  });

  test("removed, a running container goes on; installed again, it is managed", () => {
    userOk("tspod run -d --name kept box busybox sleep 1000");
    const pid = userOk("tspod inspect --format '{{.State.Pid}}' kept");
    root("apt-get", "remove", "-y", "tspod");
    assert.equal(existsSync(`/proc/${pid}`), true);
    install(deb);
    userOk("tspod rm -f -t 0 kept");
  });

  test("purged, nothing is left but the user's store", () => {
    root("apt-get", "purge", "-y", "tspod");
    assert.deepEqual(leftovers(), []);
    assert.ok(existsSync(join(HOME, ".local/share/tspod")));
  });
});

describe("the tarball", () => {
  const place = "/opt/a path with spaces";
  after(() => root("umount", "--lazy", place));

  test("runs where it is unpacked: read-only, root's, under a path with spaces, without libatomic1", () => {
    root("mkdir", "-p", place);
    root(
      "tar",
      "--extract",
      "--gzip",
      "--file",
      packageFile(".tar.gz"),
      "--directory",
      place,
      "--strip-components=1",
    );
    root("mount", "--bind", place, place);
    root("mount", "-o", "remount,bind,ro", place);
    const path = `${place}/bin:/usr/bin:/bin`;
    assert.equal(userOk("tspod --version", path), versionOf("tarball"));
    withoutLibatomic(() => userOk("tspod images", path));
    mainJob(path);
  });
});

describe("the packages for npm", () => {
  const prefix = `${HOME}/pfx`;
  const path = `${prefix}/bin:/usr/local/bin:/usr/bin:/bin`;

  test("npm install --global, without a compiler or a script, and the main job", async () => {
    const { server, url } = await serveRegistry(PACKAGES);
    const install = `npm install --global --ignore-scripts --no-audit --no-fund --registry ${url} --prefix ${prefix} tspod`;
    const { code, stderr } = await asUserMeanwhile(install);
    server.close();
    assert.equal(code, 0, stderr);
    assert.equal(userOk("tspod --version", path), versionOf("npm"));
    withoutLibatomic(() => userOk("tspod images", path));
    mainJob(path);
  });

  test("without the package for this machine it says which is missing", () => {
    userOk(`mv ${prefix}/lib/node_modules/tspod/node_modules ${prefix}/away`);
    const { code, stderr } = asUser("tspod ps", path);
    assert.equal(code, 125);
    assert.match(
      stderr,
      /^Error: the package @tspod\/linux-ARCH, which has the program itself, is not installed: /,
    );
    userOk(`mv ${prefix}/away ${prefix}/lib/node_modules/tspod/node_modules`);
  });

  test("uninstalled, nothing is left", () => {
    const { code } = asUser(`npm uninstall --global --prefix ${prefix} tspod`, path);
    assert.equal(code, 0);
    assert.equal(userOk(`find ${prefix} -iname '*tspod*'`), "");
  });
});

describe("a system with only musl, as Alpine", () => {
  const refused = "needs the GNU C library, which is not where Debian, Fedora and most others have it; ";
  let tree = "";
  before(() => {
    install("musl");
    tree = makeMuslTree();
  });
  after(() => root("umount", `${tree}/proc`));

  /** A command in that tree, as its root. */
  function inTree(...words: string[]): { code: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync("chroot", [tree, ...words], { encoding: "utf8" });
    return { code: status, stdout, stderr };
  }

  test("the tarball's program says what is missing", () => {
    root("tar", "--extract", "--gzip", "--file", packageFile(".tar.gz"), "--directory", `${tree}/opt`);
    root("sh", "-c", `mv ${tree}/opt/* ${tree}/opt/tspod`);
    for (const command of ["--version", "doctor"]) {
      const { code, stderr } = inTree("/opt/tspod/bin/tspod", command);
      assert.equal(code, 125, stderr);
      assert.match(stderr, /^Error: executing "\/opt\/tspod\/lib\/tspod\/[\w-]+": [^\n]*\n$/);
      assert.ok(stderr.includes(refused), stderr);
    }
  });

  test("so does npm's, beside which npm has put no program there", () => {
    root(
      "tar",
      "--extract",
      "--gzip",
      "--file",
      packageFile(`tspod-${version}.tgz`),
      "--directory",
      `${tree}/opt`,
    );
    const { code, stderr } = inTree("/opt/package/bin/tspod", "ps");
    assert.deepEqual([code, stderr.includes(refused), stderr.split("\n").length], [125, true, 2], stderr);
    assert.match(stderr, /^Error: tspod needs the GNU C library/);
  });
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeHost } from "../support/host.ts";
import { requireProgram, runProgram, TSPOD } from "../support/program.ts";

/*
 * The examples of Podman 5.8's manual pages podman-systemd.unit(5),
 * podman-{container,volume,image,network,pod,kube,build}.unit(5) and podman-quadlet-basic-usage(7), in that
 * order: each is a service that systemd accepts, or refused by name, with file and line.
 */
const host = makeHost();
after(() => host.close());
const generator = join(host.directory, "tspod-system-generator");
symlinkSync(TSPOD, generator);
const analyze = requireProgram("systemd-analyze", "systemd");

const CENTOS = "[Container]\nImage=quay.io/centos/centos:latest\n";
const TASK = `[Service]\nType=oneshot\nRemainAfterExit=yes\n${CENTOS}Exec=sh -c "echo 'setup starting'; sleep 2; echo 'setup complete'"\n`;
const APP = `[Unit]\nRequires=startup-task.container\nAfter=startup-task.container\n${CENTOS}Exec=sh -c "echo 'app running.'; sleep 30"\n`;
const SLEEP =
  "[Unit]\nDescription=A templated sleepy container\n[Container]\nImage=quay.io/fedora/fedora\nExec=sleep %i\n[Service]\n# Restart service when sleep finishes\nRestart=always\n[Install]\nWantedBy=multi-user.target\nDefaultInstance=100\n";
const MINIMAL = `[Unit]\nDescription=A minimal container\n${CENTOS}# Use volume defined below\nVolume=test.volume:/data\nExec=sleep 60\n[Service]\nRestart=always\nTimeoutStartSec=900\nExecStartPre=/bin/true\n[Install]\nWantedBy=multi-user.target default.target\n`;
const NETWORK = "Subnet=172.16.0.0/24\nGateway=172.16.0.1\nIPRange=172.16.0.0/28\nLabel=org.test.Key=value\n";

/** Files by their names, and the services that they become. */
const WORKING: readonly [string, Readonly<Record<string, string>>, readonly string[]][] = [
  ["a template with an instance that starts by itself", { "sleep@.container": SLEEP }, ["sleep@.service"]],
  [
    "a template, and an instance with an image of its own",
    {
      "sleep@.container": SLEEP,
      "sleep@10.container": SLEEP,
      "sleep@10.container.d/10-image.conf": "[Container]\nImage=quay.io/centos/centos\n",
    },
    ["sleep@.service", "sleep@10.service"],
  ],
  [
    "a volume for each instance of a template",
    {
      "foo@.container": `${CENTOS}Volume=foo-data@.volume:/mnt/path\n`,
      "foo-data@.volume": "[Volume]\n# Optional\nVolumeName=my-name-%i\n",
    },
    ["foo-data-volume@.service", "foo@.service"],
  ],
  [
    "a container after another",
    {
      "basic.container": CENTOS,
      "fedora.container":
        "[Unit]\nAfter=basic.container\nRequires=basic.container\n[Container]\nImage=registry.fedoraproject.org/fedora:41\n",
    },
    ["basic.service", "fedora.service"],
  ],
  [
    "a container with a volume, restarted, and started by itself",
    {
      "test.container": MINIMAL,
      "test.volume": "[Volume]\nUser=root\nGroup=root\nLabel=org.test.Key=value\n",
    },
    ["test-volume.service", "test.service"],
  ],
  [
    "a task before its app",
    { "startup-task.container": TASK, "app.container": APP },
    ["app.service", "startup-task.service"],
  ],
  [
    "a volume behind a program of its own",
    {
      "s3fs.volume": `[Service]\nCacheDirectory=s3fs\nExecStartPre=/bin/true s3api put-object --bucket \${S3_BUCKET} --key \${PATH}/\n[Volume]\nDevice=\${S3_BUCKET}:/\${PATH}\nType=fuse.s3fs\nVolumeName=s3fs-volume\nOptions=iam_role,endpoint=\${AWS_REGION},use_xattr,listobjectsv2,del_cache,use_cache=\${CACHE_DIRECTORY}\n`,
    },
    ["s3fs-volume.service"],
  ],
  [
    "no wait for the network",
    { "test.container": `[Quadlet]\nDefaultDependencies=false\n${CENTOS}` },
    ["test.service"],
  ],
  [
    "an image that is pulled",
    { "test.image": "[Image]\nImage=quay.io/centos/centos:latest\n" },
    ["test-image.service"],
  ],
  [
    "an image of a file, with the name that it has",
    {
      "test.image": "[Image]\nImage=docker-archive:/tmp/centos.tar\nImageTag=quay.io/centos/centos:latest\n",
      "test.container": "[Container]\nImage=test.image\n",
    },
    ["test-image.service", "test.service"],
  ],
  [
    "an image with a password",
    { "test.image": "[Image]\nImage=quay.io/private/image:latest\nCreds=myuser:mypassword\n" },
    ["test-image.service"],
  ],
  [
    "a volume of a user's",
    { "test.volume": "[Volume]\nVolumeName=mydata\nLabel=app=data\nUser=1000\nGroup=1000\n" },
    ["test-volume.service"],
  ],
  [
    "a container in a network of its own",
    { "test.container": `${CENTOS}Network=test.network\n`, "test.network": `[Network]\n${NETWORK}` },
    ["test-network.service", "test.service"],
  ],
  [
    "a network with IPv6",
    {
      "v6net.network":
        "[Network]\nNetworkName=v6net\nSubnet=fd00:dead:beef::/64\nIPv6=true\nIPAMDriver=host-local\n",
    },
    ["v6net-network.service"],
  ],
  [
    "an image by a short name",
    {
      "hello.container":
        "[Unit]\nDescription=Hello Alpine Container\n[Container]\nImage=alpine\nExec=echo Hello from Quadlet!\n[Install]\nWantedBy=multi-user.target\n",
    },
    ["hello.service"],
  ],
  [
    "a container that writes to a volume",
    {
      "mydata.volume": "[Volume]\nVolumeName=mydata\nLabel=purpose=demo\n",
      "volume-test.container":
        '[Unit]\nDescription=Container with Mounted Volume\n[Container]\nImage=alpine\nExec=sh -c "ls /data && echo Hello > /data/hello.txt"\nVolume=mydata.volume:/data\n[Install]\nWantedBy=multi-user.target\n',
    },
    ["mydata-volume.service", "volume-test.service"],
  ],
  [
    "a volume of an image",
    {
      "html.volume":
        "[Volume]\nVolumeName=html\nDriver=image\nImage=quay.io/centos/centos:latest\nCopy=true\n",
    },
    ["html-volume.service"],
  ],
  [
    "a web server",
    {
      "nginx.container":
        "[Unit]\nDescription=Nginx Webserver\n[Container]\nImage=nginx:alpine\nPublishPort=8080:80\n[Install]\nWantedBy=multi-user.target\n",
    },
    ["nginx.service"],
  ],
  [
    "output that is the service's own",
    {
      "print.container": `[Container]\nImage=alpine\nExec=sh -c "echo LIFECYCLE TEST STARTED; trap 'exit' SIGTERM; while :; do echo running; sleep 1; done"\nLogDriver=passthrough\n`,
    },
    ["print.service"],
  ],
  [
    "an image that is built, with arguments, and a container that runs it",
    {
      "test.build":
        "[Build]\nImageTag=localhost/imagename\nSetWorkingDirectory=unit\nBuildArg=VERSION=1.0 \\\n  DEBUG=false\n",
      "test.container": "[Container]\nImage=test.build\n",
    },
    ["test-build.service", "test.service"],
  ],
  [
    "an artifact, and a container that mounts it",
    {
      "my-artifact.artifact": "[Artifact]\nArtifact=quay.io/example/my-artifact:latest\n",
      "test.container": `${CENTOS}Mount=type=artifact,source=my-artifact.artifact,destination=/etc/config\n`,
    },
    ["my-artifact-artifact.service", "test.service"],
  ],
  [
    "Kubernetes YAML",
    { "test.kube": "[Unit]\nBefore=local-fs.target\n[Kube]\nYaml=/opt/k8s/deployment.yml\n" },
    ["test.service"],
  ],
];

/** A file that is refused, what is said of it, and the line. */
const REFUSED: readonly [string, string, string, number][] = [
  ["centos.container", `${CENTOS}Pod=test.pod\n`, "quadlet pod unit test.pod does not exist", 3],
];

/** Run the generator on those files alone. */
async function generate(files: Readonly<Record<string, string>>) {
  const directory = mkdtempSync(join(host.directory, "q-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, name, ".."), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  const out = `${directory}.out`;
  const result = await runProgram(generator, [out], { env: { ...host.env, QUADLET_UNIT_DIRS: directory } });
  return { ...result, directory, out };
}

describe("examples of Podman's manual pages", () => {
  for (const [name, files, services] of WORKING)
    test(name, async () => {
      const { code, stderr, out } = await generate(files);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^$|^quadlet-generator\[\d+\]: Warning: .* not a fully qualified .*\n$/);
      const made = readdirSync(out).filter((name) => name.endsWith(".service"));
      assert.deepEqual(made.sort(), services);
      // A template is looked at by one of its instances.
      const units = made.map((name) => join(out, name.replace("@.", "@1.")));
      for (const [at, name] of made.entries()) if (name.includes("@.")) symlinkSync(name, units[at] ?? "");
      const verified = await runProgram(analyze, ["--user", "--man=no", "verify", ...units], {
        env: host.env,
      });
      assert.deepEqual(verified, { code: 0, stdout: "", stderr: "" });
    });

  for (const [name, text, reason, line] of REFUSED)
    test(`${name} is refused: ${text.replaceAll("\n", " ")}`, async () => {
      const { code, stderr, directory, out } = await generate({ [name]: text });
      assert.equal(code, 1);
      assert.throws(() => readdirSync(out), { code: "ENOENT" });
      const [said = ""] = stderr.split("\n");
      assert.equal(
        said.replace(/^quadlet-generator\[\d+\]: /, ""),
        `converting "${name}": ${reason} in ${directory}/${name}:${line}`,
      );
    });
});

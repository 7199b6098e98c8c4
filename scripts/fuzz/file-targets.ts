import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseContainersConf } from "../../src/config/parse-containers-conf.ts";
import { readCdiSpecs } from "../../src/container/cdi/read-specs.ts";
import { readKubeconfig } from "../../src/kube/apply/kubeconfig.ts";
import { parseDocuments } from "../../src/kube/read/parse-documents.ts";
import { parseNetworkRecord } from "../../src/network/record.ts";
import { resolveSeccomp } from "../../src/oci/seccomp.ts";
import { parseEnvFile } from "../../src/options/parse/env.ts";
import { findAuthEntry, findHelper, readAuthFile } from "../../src/registry/auth/auth-file.ts";
import { loadRegistriesConf } from "../../src/registry/configuration/registries-conf.ts";
import { duplicateKey } from "../../src/registry/policy/duplicate-key.ts";
import { parsePolicy } from "../../src/registry/policy/parse-policy.ts";
import { parseMapping } from "../../src/registry/signatures/parse-mapping.ts";
import { hostsFile } from "../../src/spec/etc/hosts.ts";
import { resolvConf, resolvConfAlternatives } from "../../src/spec/etc/resolv-conf.ts";
import { generateServices } from "../../src/systemd/quadlet/generate.ts";
import { json, type Target, texts } from "./target.ts";

const KUBE = `apiVersion: v1
kind: Pod
metadata: {name: p, labels: {a: b}}
spec:
  containers:
  - {name: c, image: "x:1", command: [sleep, "9"], ports: [{containerPort: 80}]}
---
kind: List
items: [&a {kind: ConfigMap, data: {k: v}}, *a]
`;
const KUBECONFIG = `current-context: c
contexts: [{name: c, context: {cluster: k, user: u, namespace: n}}]
clusters: [{name: k, cluster: {server: "https://h:6443", certificate-authority-data: YQ==}}]
users: [{name: u, user: {token: t, client-certificate-data: YQ==, client-key-data: YQ==}}]
`;
const CDI = {
  cdiVersion: "0.6.0",
  kind: "vendor.com/class",
  devices: [
    {
      name: "d",
      containerEdits: {
        env: ["A=b"],
        deviceNodes: [{ path: "/dev/null" }],
        mounts: [{ hostPath: "/a", containerPath: "/b", options: ["ro"] }],
      },
    },
  ],
};
const SECCOMP = {
  defaultAction: "SCMP_ACT_ERRNO",
  archMap: [{ architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86"] }],
  syscalls: [
    {
      names: ["read"],
      action: "SCMP_ACT_ALLOW",
      args: [],
      includes: { caps: ["CAP_SYS_ADMIN"] },
      excludes: { minKernel: "4.8" },
    },
  ],
};
const NETWORK = {
  name: "n",
  id: "a".repeat(64),
  driver: "bridge",
  network_interface: "podman1",
  created: "2024-01-02T03:04:05Z",
  subnets: [{ subnet: "10.89.0.0/24", gateway: "10.89.0.1", lease_range: { start_ip: "10.89.0.9" } }],
  ipv6_enabled: false,
  internal: false,
  dns_enabled: true,
  ipam_options: { driver: "host-local" },
};
const QUADLET = `[Unit]
Description=x
[Container]
Image=localhost/x:1
Exec=sh -c "echo %n"
Environment=A=b "C=d e"
PublishPort=8080:80
Volume=data.volume:/d:Z
Network=host
[Service]
Restart=always
[Install]
WantedBy=default.target
`;

/** Readers that get a text. */
const TEXT_TARGETS: readonly Target[] = [
  {
    name: "policy",
    corpus: json({
      default: [{ type: "reject" }],
      transports: { docker: { "a.b/c": [{ type: "signedBy", keyType: "GPGKeys", keyPath: "/k" }] } },
    }),
    read: (input) => [parsePolicy(input.toString(), "policy.json"), duplicateKey(input.toString())],
  },
  {
    name: "place of signatures",
    corpus: texts(
      "docker:\n  a.b/c:\n    lookaside: https://x\ndefault-docker: {lookaside: 'file:///y'}\n",
      "&a [*a]",
    ),
    read: (input) => parseMapping(input.toString(), "registries.yaml"),
  },
  { name: "Kubernetes YAML", corpus: texts(KUBE), read: (input) => parseDocuments(input.toString(), "-") },
  {
    name: "quadlet",
    corpus: texts(QUADLET, "[Pod]\nPodName=a\n[Container]\nImage=b\\\n c\n"),
    read(input) {
      const path = "/units/web.container";
      generateServices(
        [],
        { program: "/usr/bin/tspod", unsupported: () => undefined },
        { only: [path], texts: new Map([[path, input.toString()]]) },
      );
    },
  },
  {
    name: "seccomp profile",
    corpus: json(SECCOMP),
    read: (input) =>
      resolveSeccomp(input.toString(), { capabilities: [], architecture: "amd64", kernelVersion: "6.1.0" }),
  },
  {
    name: "network",
    corpus: json(NETWORK),
    read: (input) => parseNetworkRecord(input.toString(), "n.json"),
  },
  {
    name: "env file",
    corpus: texts("A=b\n#c\nD\nE=*\nF*\n"),
    read: (input) => parseEnvFile(input.toString(), { D: "e" }),
  },
  {
    name: "resolv.conf",
    corpus: texts("nameserver 127.0.0.53\nsearch a b\noptions ndots:5\n"),
    read: (input) => [
      resolvConfAlternatives(input.toString()),
      resolvConf({
        host: input.toString(),
        dns: [],
        search: [],
        options: [],
        ownNetwork: true,
        ipv6: false,
      }),
    ],
  },
  {
    name: "hosts file",
    corpus: texts("127.0.0.1 localhost\n::1\tip6-localhost # c\n10.0.0.1 a b\n"),
    read: (input) => hostsFile({ addHost: ["a:10.0.0.2"], base: input.toString(), own: [] }),
  },
];

/** What people and programs of the host write. @param directory absolute path, for files */
export function fileTargets(directory: string): Target[] {
  /** A reader of a file with that name. */
  const reads = (name: string, file: string, corpus: Buffer[], read: (path: string) => unknown): Target => {
    const path = join(directory, file);
    mkdirSync(dirname(path), { recursive: true });
    return {
      name,
      corpus,
      read(input) {
        writeFileSync(path, input);
        return read(path);
      },
    };
  };
  const env = { HOME: directory, XDG_CONFIG_HOME: join(directory, "config"), XDG_CACHE_HOME: directory };
  const cdi = (extension: string, corpus: Buffer[]) =>
    reads(`CDI spec in ${extension}`, `cdi-${extension}/a.${extension}`, corpus, (path) =>
      readCdiSpecs([dirname(path)]),
    );
  return [
    ...TEXT_TARGETS,
    reads(
      "containers.conf",
      "containers.conf",
      texts(
        '[containers]\nlog_size_max = 9\nenv = ["A=b"]\n[engine]\nruntime = "crun"\n[engine.runtimes]\ncrun = ["/a"]\n',
      ),
      (path) => parseContainersConf([path]),
    ),
    reads(
      "registries.conf",
      "config/containers/registries.conf",
      texts(
        'unqualified-search-registries = ["a"]\n[[registry]]\nprefix = "a/b"\nlocation = "c"\ninsecure = true\n[[registry.mirror]]\nlocation = "d"\n[aliases]\nx = "a/x"\n',
        '[registries.search]\nregistries = ["a"]\n',
      ),
      () => loadRegistriesConf(env, join(directory, "system")),
    ),
    reads(
      "auth file",
      "auth.json",
      json({
        auths: { "a.b/c": { auth: "YTpi" }, "https://index.docker.io/v1/": { identitytoken: "t" } },
        credHelpers: { d: "e" },
      }),
      (path) => {
        const file = readAuthFile(path);
        return file && [findAuthEntry(file, "docker.io", "c/d"), findHelper(file, "d", "x")];
      },
    ),
    reads("kubeconfig", "kubeconfig", texts(KUBECONFIG), readKubeconfig),
    cdi("json", json(CDI)),
    cdi(
      "yaml",
      texts(
        "cdiVersion: 0.6.0\nkind: v.com/c\ndevices: [{name: d, containerEdits: &e {env: [A=b]}}]\ncontainerEdits: *e\n",
      ),
    ),
  ];
}

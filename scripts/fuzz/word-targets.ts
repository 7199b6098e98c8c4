import { parseCachePlace } from "../../src/build/cache/cache-place.ts";
import { parseGitReference } from "../../src/build/inputs/git-reference.ts";
import { parseTemplate } from "../../src/cli/output/template.ts";
import { parsePlatform } from "../../src/oci/choose-platform.ts";
import { parseCsv } from "../../src/options/parse/csv.ts";
import { parseDevice } from "../../src/options/parse/device.ts";
import { parseEnvEntry } from "../../src/options/parse/env.ts";
import { parseTest } from "../../src/options/parse/healthcheck.ts";
import { applyImageChanges } from "../../src/options/parse/image-changes.ts";
import { parseImagePlace } from "../../src/options/parse/image-place.ts";
import { parseMount } from "../../src/options/parse/mounts/mount.ts";
import { parseTmpfs } from "../../src/options/parse/mounts/tmpfs.ts";
import { parseVolume } from "../../src/options/parse/mounts/volume.ts";
import { parseAddHost, parseMac, parseNetworks } from "../../src/options/parse/network.ts";
import { parseExpose, parsePublish } from "../../src/options/parse/port.ts";
import { parseSecret } from "../../src/options/parse/secret.ts";
import { parseSecurityOptions } from "../../src/options/parse/security-option.ts";
import { parseSize } from "../../src/options/parse/size.ts";
import { parseSysctls } from "../../src/options/parse/sysctl.ts";
import { parseUlimit } from "../../src/options/parse/ulimit.ts";
import { parseTimeBound } from "../../src/options/time-bound.ts";
import { type Target, texts } from "./target.ts";

/** Reader by what it reads, and words that it takes. */
const WORDS: Readonly<Record<string, readonly [read: (text: string) => unknown, ...corpus: string[]]>> = {
  "--publish": [parsePublish, "8080:80", "127.0.0.1:80-90:80-90/udp", "[::1]::53/tcp"],
  "--expose": [parseExpose, "80", "80-90/udp"],
  "--volume": [(text) => parseVolume(text, "/"), "/a:/b:ro,Z", "name:/c:U,idmap=uids=0-1-2", "./x:/y"],
  "--mount": [
    (text) => parseMount(text, "/"),
    "type=bind,source=/a,target=/b,ro",
    'type=tmpfs,dst=/t,"tmpfs-size=9m"',
    "type=image,src=x,dst=/i,rw=true",
    "type=volume,src=v,dst=/v,U,subpath=a",
  ],
  "--tmpfs": [parseTmpfs, "/t:size=9m,mode=1777,noexec"],
  "--device": [parseDevice, "/dev/null:/dev/x:rwm"],
  "--env": [(text) => parseEnvEntry(text, { A: "b" }), "A=b", "A", "A*"],
  "--network": [
    (text) => parseNetworks([text]),
    "slirp4netns:mtu=1500,cidr=10.0.2.0/24",
    "a:ip=10.0.0.2,mac=aa:bb:cc:dd:ee:ff,alias=x",
    "pasta:-t,80",
  ],
  "--add-host": [parseAddHost, "a;b:10.0.0.1", "c:host-gateway"],
  "--mac-address": [parseMac, "aa:bb:cc:dd:ee:ff"],
  "--secret": [parseSecret, "a,type=env,target=B", "a,uid=1,gid=2,mode=0400"],
  "--security-opt": [
    (text) => parseSecurityOptions([text]),
    "label=type:x",
    "mask=/a:/b",
    "seccomp=unconfined",
  ],
  "--sysctl": [(text) => parseSysctls([text]), "net.ipv4.ip_forward=1"],
  "--ulimit": [parseUlimit, "nofile=1024:2048", "core=-1"],
  "--memory": [parseSize, "512m", "1.5g", "9"],
  "--platform": [parsePlatform, "linux/arm64/v8", "amd64"],
  "--change": [
    (text) => applyImageChanges({}, [text]),
    'CMD ["a", "b"]',
    "ENV A=b C=d",
    "HEALTHCHECK --interval=1s CMD true",
    "ONBUILD RUN x",
  ],
  "--health-cmd": [parseTest, '["CMD", "a"]', "true"],
  "--filter until": [(text) => parseTimeBound(text, 0), "1h", "2024-01-02T03:04:05Z", "1700000000.5"],
  "--format": [
    (text) => parseTemplate(text, { name: "x" })({ A: "b", L: [1], M: { k: "v" } }),
    "{{.A}} {{range .L}}{{.}}{{end}}",
    '{{with .M}}{{index . "k" | printf "%q"}}{{else}}{{end}}',
    '{{if eq .A "b"}}{{json .}}{{end}}{{define "t"}}{{template "t" .}}{{end}}',
  ],
  "--cache-to": [
    (text) => parseCachePlace(text, { flag: "--cache-to", cwd: "/" }),
    "type=local,dest=/a",
    "localhost/x",
  ],
  "place of an image": [parseImagePlace, "docker-archive:/a:b/c:1", "dir:/x", "docker://a/b"],
  "list in a flag": [parseCsv, 'a,"b,c",d'],
  "git address": [parseGitReference, "https://a/b.git#ref:dir", "git@a:b.git", "github.com/a/b?tag=x"],
};

/** What users type, and other programs hand on for them. */
export const WORD_TARGETS: readonly Target[] = Object.entries(WORDS).map(([name, [read, ...corpus]]) => ({
  name,
  corpus: texts(...corpus),
  read: (input) => read(input.toString()),
}));

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the words of Dockerfiles

/** One idea of the Dockerfile language: what is built of it is compared with what other builders make. */
export interface DockerfileCase {
  readonly name: string;
  /** What stands below `FROM base`; with FROMs of its own where it begins with one. */
  readonly lines: string;
  /** More files of the context, beside those that all cases have. */
  readonly files?: Readonly<Record<string, string>>;
  /** Further arguments of the build. */
  readonly args?: readonly string[];
}

/**
 * Makes the context that all cases have, in sh: files of several modes, links, names with blanks and
 * brackets, an archive.
 */
export const MAKE_CONTEXT = [
  "umask 022; mkdir -p dir/sub dir/empty pkg/one/src pkg/two rootfs/tmp rootfs/etc",
  "echo a > a; chmod 640 a; echo b > b.txt; printf '#!/bin/sh\\necho hi\\n' > exec.sh; chmod 755 exec.sh",
  "echo x > dir/x; echo y > dir/y; chmod 600 dir/y; echo z > dir/sub/z; chmod 700 dir/sub; echo h > dir/.hidden",
  "ln -s a link; ln -s dir dirlink; ln -s nowhere dangling; ln -s ../a dir/up; ln dir/x dir/hard",
  "echo s > 'with space'; echo k > '[k].txt'; echo u > 'ü.txt'; echo m > README.md; echo m > dir/doc.md",
  "echo 1 > pkg/one/package.json; echo 2 > pkg/two/package.json; echo s > pkg/one/src/s.js",
  "echo t > rootfs/tmp/t; echo e > rootfs/etc/e; chmod 4755 rootfs/etc/e; mkfifo dir/fifo",
  "tar --sort=name --mtime=@0 --owner=5 --group=6 -cf arch.tar dir/x dir/sub; gzip -k -n arch.tar",
].join("\n");

const copy = (name: string, lines: string, more: Partial<DockerfileCase> = {}): DockerfileCase => ({
  name: `copy: ${name}`,
  lines,
  ...more,
});

const COPIES: readonly DockerfileCase[] = [
  copy("file to file", "COPY a /x"),
  copy("file into directory", "COPY a /x/"),
  copy("file into existing directory", "COPY a /var/data"),
  copy("deep new parents", "COPY a /x/y/z/"),
  copy("directory contents", "COPY dir /x"),
  copy("directory with slash", "COPY dir/ /x/"),
  copy("directory into existing", "COPY dir /var/data"),
  copy("everything", "COPY . /x"),
  copy("several files", "COPY a b.txt /x/"),
  copy("file and directory", "COPY a dir /x/"),
  copy("wildcard", "COPY *.txt /x/"),
  copy("wildcard of directories flattens", "COPY pkg/* /x/"),
  copy("wildcard in the middle", "COPY pkg/*/package.json /x/"),
  copy("question mark", "COPY ? /x/"),
  copy("class", "COPY [ab]* /x/"),
  copy("escaped bracket", "COPY [[]k].txt /x/"),
  copy("hidden file by a star", "COPY dir/* /x/"),
  copy("blank in a name", 'COPY ["with space", "/x y"]'),
  copy("umlaut", "COPY ü.txt /x/"),
  copy("link followed", "COPY link /x"),
  copy("link to a directory followed", "COPY dirlink /x"),
  copy("through a link", "COPY dirlink/x /y"),
  copy("links inside stay", "COPY dir/up /x/"),
  copy("hard links", "COPY dir /x\nRUN stat -c %h /x/hard"),
  copy("dots", "COPY ./dir/../a /x"),
  copy("absolute source", "COPY /a /x"),
  copy("above the root", "COPY ../../a /x"),
  copy("workdir relative", "WORKDIR /w\nCOPY a x"),
  copy("workdir dot", "WORKDIR /w\nCOPY a ."),
  copy("variable", "ENV d=/x\nARG f=a\nCOPY $f ${d}/y"),
  copy("chown number", "COPY --chown=5 a /x"),
  copy("chown numbers", "COPY --chown=5:6 dir /x"),
  copy("chown name", "COPY --chown=tester dir /x"),
  copy("chown names", "COPY --chown=tester:extra a /x/y/z"),
  copy("chmod octal", "COPY --chmod=4711 dir /x"),
  copy("chmod file", "COPY --chmod=600 a /x/y"),
  copy("setuid kept", "COPY rootfs/etc/e /x"),
  copy("overlay of directories", "COPY rootfs/ /"),
  copy("over a file", "RUN echo old > /x\nCOPY a /x"),
  copy("over a link", "RUN ln -s /etc/notes /x\nCOPY a /x"),
  copy("into a link to a directory", "RUN mkdir /real && ln -s /real /x\nCOPY a /x/"),
  copy("contents into a link to a directory", "RUN mkdir /real && ln -s real /x\nCOPY dir /x"),
  copy("link above the root", "RUN mkdir /real && ln -s ../../../real /x\nCOPY a /x/y"),
  copy("file onto a directory", "RUN mkdir -p /x/a\nCOPY a /x"),
  copy("directory onto a file", "RUN echo f > /x\nCOPY dir /x"),
  copy("directory onto a file inside", "RUN mkdir /x && echo f > /x/sub\nCOPY dir /x"),
  copy("file onto a directory inside", "RUN mkdir -p /x/x\nCOPY dir /x"),
  copy("deleted and made again", "RUN mkdir /x && touch /x/old\nRUN rm -r /x\nCOPY dir /x"),
  copy("existing attributes", "RUN mkdir -m 711 /x && chown 5:6 /x\nCOPY dir /x"),
  copy(
    "existing inner attributes",
    "RUN mkdir -p /x/sub && chown 5:6 /x/sub && chmod 777 /x/sub\nCOPY dir /x",
  ),
  copy("user has no say", "USER tester\nCOPY a /x/y"),
  copy("nothing there", "COPY nothing /x"),
  copy("wildcard that matches nothing", "COPY nothing* /x/"),
  copy("exclude", "COPY --exclude=*.md --exclude=sub dir /x"),
  copy("ignored", "COPY . /x", { files: { ".dockerignore": "dir\npkg\n*.md\n!README.md\n" } }),
  copy("ignored but an exception", "COPY . /x", { files: { ".dockerignore": "*\n!dir/sub\n" } }),
  copy("ignored doublestar", "COPY . /x", { files: { ".dockerignore": "**/*.md\n**/sub\n" } }),
  copy("ignored source", "COPY a /x", { files: { ".dockerignore": "a\n" } }),
  copy("dockerfile ignored", "COPY . /x", { files: { ".dockerignore": "Dockerfile\n.dockerignore\n" } }),
  copy("link flag", "COPY --link a /x/y"),
  copy("link flag over a link", "RUN mkdir /real && ln -s /real /x\nCOPY --link a /x/y"),
  copy("link flag directory", "COPY --link --chown=5:6 dir /tmp"),
  copy("heredoc", "ENV v=w\nCOPY <<E /x\n$v \\$v 'q' \"d\"\nE"),
  copy("heredoc quoted", "ENV v=w\nCOPY <<'E' /x\n$v \\$v\nE"),
  copy("heredocs", "COPY <<one <<-two /x/\n1\none\n\t\t2\n\ttwo"),
  copy("heredoc and file", "COPY a <<one /x/\n1\none"),
  copy("heredoc owner", "COPY --chown=5:6 --chmod=600 <<one /x\n1\none"),
];

const add = (name: string, lines: string): DockerfileCase => ({ name: `add: ${name}`, lines });

const ADDS: readonly DockerfileCase[] = [
  add("a file", "ADD a /x"),
  add("a directory", "ADD dir /x"),
  add("a tar", "ADD arch.tar /x"),
  add("a gzipped tar", "ADD arch.tar.gz /x/"),
  add("a tar with chown", "ADD --chown=7:8 arch.tar /x"),
  add("a tar over directories", "RUN mkdir -p /x/dir && chmod 711 /x/dir\nADD arch.tar /x"),
  add("a tar and a file", "ADD arch.tar a /x/"),
  add("a tar by a wildcard", "ADD *.tar /x/"),
  add("not unpacked", "ADD --unpack=false arch.tar /x"),
];

const run = (name: string, lines: string): DockerfileCase => ({ name: `run: ${name}`, lines });

const RUNS: readonly DockerfileCase[] = [
  run("writes", "RUN echo hi > /x"),
  run("nothing", "RUN true"),
  run("json form", 'RUN ["touch", "/x y"]'),
  run("not json", "RUN ['touch', '/x'] || touch /y"),
  run("fails", "RUN exit 42"),
  run("removes", "RUN rm -r /var/data /etc/notes"),
  run("replaces a directory", "RUN rm -r /var/data && mkdir /var/data && touch /var/data/new"),
  run(
    "modes and owners",
    "RUN mkdir -m 1711 /x && chown 5:6 /x && cp /etc/notes /x/n && chown 1000 /x/n && chmod 4755 /x/n",
  ),
  run("umask", "RUN umask > /x; touch /y; mkdir /z"),
  run("user", "USER tester\nRUN id > /tmp/x; echo $HOME >> /tmp/x"),
  run("user number", "USER 1234\nRUN id > /tmp/x"),
  run("user and group", "USER tester:extra\nRUN id > /tmp/x"),
  run("workdir", "WORKDIR /w/d\nRUN pwd > x"),
  run("env and arg", "ARG a=1\nENV b=2\nRUN echo $a $b > /x"),
  run("heredoc", "RUN <<E\necho 1 > /x\necho 2 >> /x\nE"),
  run("heredoc shebang", "RUN <<E\n#!/bin/sh\necho $0 > /x\nE"),
  run("heredoc to a program", "RUN cat <<E > /x\n$HOME\nE"),
  run("heredoc quoted to a program", "RUN cat <<'E' > /x\n$HOME\nE"),
  run("two heredocs", "RUN cat <<A > /x; cat <<B > /y\n1\nA\n2\nB"),
  run("shell", 'SHELL ["/bin/sh", "-ec"]\nRUN false; echo not > /x || true'),
  run("stdin is empty", "RUN cat > /x"),
  run("etc files are mounts", "RUN echo lost >> /etc/hosts; echo lost >> /etc/resolv.conf; ls /etc > /x"),
  run("cache mount", "RUN --mount=type=cache,target=/c/d touch /c/d/f && ls /c/d > /x"),
  run("bind mount", "RUN --mount=type=bind,source=dir,target=/b ls /b > /x"),
  run("bind of a file", "RUN --mount=source=a,target=/f cat /f > /x"),
  run("bind is read-only", "RUN --mount=source=dir,target=/b touch /b/n 2>/dev/null || echo ro > /x"),
  run(
    "bind rw is thrown away",
    "RUN --mount=source=dir,target=/b,rw touch /b/n && ls /b > /x\nRUN --mount=source=dir,target=/b ls /b > /y",
  ),
  run("tmpfs", "RUN --mount=type=tmpfs,target=/var/data touch /var/data/t; ls /var/data > /x"),
  run("secret missing", "RUN --mount=type=secret,id=s cat /run/secrets/s > /x 2>/dev/null; true"),
  run("secret required", "RUN --mount=type=secret,id=s,required true"),
  run("volume", "VOLUME /var/data\nRUN touch /var/data/n"),
  run("root's mode", "RUN chmod 711 /"),
  run("device links", "RUN ls -l /dev/null | cut -c1-10 > /x"),
  run("continuation", "RUN echo a \\\n  # comment\n\n  b > /x"),
  run("security words", "RUN ls -A / > /x"),
];

const config = (name: string, lines: string, more: Partial<DockerfileCase> = {}): DockerfileCase => ({
  name: `config: ${name}`,
  lines,
  ...more,
});

const CONFIGS: readonly DockerfileCase[] = [
  config("env forms", "ENV a b  c\nENV d=e f='g h' i=\"j k\"\nENV a=2"),
  config("env from env", "ENV a=1\nENV a=2 b=$a"),
  config("env path", "ENV PATH=/x:$PATH"),
  config("arg does not stay", "ARG a=1\nENV b=$a"),
  config("arg after env", "ENV v=1\nARG v=2\nENV w=$v"),
  config("env after arg", "ARG v=2\nENV v=1\nENV w=$v"),
  config("arg given", "ARG v=1\nENV w=$v", { args: ["--build-arg", "v=5"] }),
  config("arg empty", "ARG v=\nENV w=x${v}y z=${v:-d}"),
  config("arg global", "ARG g=base\nFROM $g\nARG g\nENV w=$g"),
  config("arg global not taken", "ARG g=base\nFROM $g\nENV w=x$g"),
  config(
    "substitutions",
    "ENV v=foo.bar.baz e=\nENV a=${v%.*} b=${v%%.*} c=${v#*.} d=${v##*.} f=${v/bar/x} g=${v//./-} h=${e:-x} i=${e-x} j=${e:+x} k=${e+x}",
  ),
  config("quotes", "ENV a='$x' b=\"it's\" c=\\$x d=a\\ b"),
  config("label", "LABEL a=1 \"b c\"=2\nLABEL d='e f'"),
  config("cmd shell", "CMD echo hi"),
  config("cmd json", 'CMD ["a", "b"]'),
  config("entrypoint drops the base's cmd", "ENTRYPOINT x"),
  config("entrypoint keeps its own cmd", 'CMD ["c"]\nENTRYPOINT ["e"]'),
  config("empty cmd", "CMD []\nENTRYPOINT []"),
  config("shell", 'SHELL ["/bin/ash", "-c"]\nCMD x\nENTRYPOINT y'),
  config("user and workdir", "USER tester:extra\nWORKDIR /a\nWORKDIR b/../c"),
  config("workdir owner", "USER tester\nWORKDIR /a/b"),
  config("workdir variable", "ENV d=/x\nWORKDIR $d/y"),
  config("expose", "EXPOSE 80 81/udp 90-92 93/TCP"),
  config("expose variable", "ENV p='80 81'\nEXPOSE $p"),
  config("volume", 'VOLUME /a /b\nVOLUME ["/c d"]'),
  config("stopsignal", "STOPSIGNAL SIGTERM"),
  config("maintainer", "MAINTAINER me <me@x>"),
  config("healthcheck", "HEALTHCHECK --interval=5s --timeout=1m --start-period=1s --retries=2 CMD a b"),
  config("healthcheck json", 'HEALTHCHECK CMD ["a", "b"]'),
  config("healthcheck none", "HEALTHCHECK NONE"),
  config("onbuild", "ONBUILD RUN touch /x\nONBUILD COPY a /y"),
  config("unset variable", "ENV a=x${nothing}y"),
  config("variable that must be set", "ENV a=${nothing:?must be set}"),
  config(
    "platform args",
    "ARG TARGETARCH\nARG TARGETOS\nARG BUILDPLATFORM\nENV a=$TARGETARCH b=$TARGETOS c=$BUILDPLATFORM",
  ),
  config("escape directive", "# escape=`\nFROM base\nENV a=b`\n  c=d"),
  config("cmd is reset", "CMD a\nCMD b"),
];

const stages = (name: string, lines: string, more: Partial<DockerfileCase> = {}): DockerfileCase => ({
  name: `stages: ${name}`,
  lines,
  ...more,
});

const STAGES: readonly DockerfileCase[] = [
  stages("from a stage", "FROM base AS one\nRUN echo 1 > /x\nFROM one\nRUN echo 2 >> /x"),
  stages(
    "copy from a stage",
    "FROM base AS one\nRUN mkdir -p /d && chown 5:6 /d && echo 1 > /d/x && chown 7 /d/x\nFROM scratch\nCOPY --from=one /d /e",
  ),
  stages("copy from a number", "FROM base\nRUN echo 1 > /x\nFROM scratch\nCOPY --from=0 /x /y"),
  stages("copy from an image", "FROM scratch\nCOPY --from=base /etc/passwd /p"),
  stages("any case", "FROM base AS One\nRUN echo 1 > /x\nFROM scratch\nCOPY --from=ONE /x /y"),
  stages("unneeded ones don't run", "FROM base AS bad\nRUN exit 1\nFROM base\nENV a=1"),
  stages("target", "FROM base AS one\nENV a=1\nFROM base\nENV a=2", { args: ["--target", "one"] }),
  stages("args are inherited", "FROM base AS one\nARG a=1\nFROM one\nENV b=$a"),
  stages(
    "a link in the stage",
    "FROM base AS one\nRUN mkdir /d && echo 1 > /d/x && ln -s /d /l\nFROM scratch\nCOPY --from=one /l/x /y\nCOPY --from=one /l /z",
  ),
  stages(
    "bind from a stage",
    "FROM base AS one\nRUN echo 1 > /x\nFROM base\nRUN --mount=from=one,source=/x,target=/m cat /m > /y",
  ),
  stages("a later stage", "FROM base AS one\nCOPY --from=two /x /y\nFROM base AS two"),
  stages("triggers of a stage", "FROM base AS one\nONBUILD RUN touch /x\nFROM one\nRUN ls /x"),
  stages("scratch", "FROM scratch\nCOPY a /x\nWORKDIR /w"),
  stages(
    "config is inherited",
    "FROM base AS one\nENV a=1\nLABEL l=1\nUSER tester\nWORKDIR /w\nFROM one\nENV b=2",
  ),
];

const wrong = (name: string, lines: string): DockerfileCase => ({ name: `wrong: ${name}`, lines });

const WRONG: readonly DockerfileCase[] = [
  wrong("unknown instruction", "RUNN x"),
  wrong("unknown flag", "COPY --form=x a /x"),
  wrong("copy without destination", "COPY a"),
  wrong("unterminated heredoc", "RUN <<E\nx"),
  wrong("env without value", "ENV a"),
  wrong("bad substitution", "ENV a=${x"),
  wrong("json of numbers", "CMD [1]"),
  wrong("bad port", "EXPOSE abc"),
  wrong("bad signal", "STOPSIGNAL NOPE"),
  wrong("bad mount", "RUN --mount=type=moon,target=/x true"),
  wrong("bad stage name", "FROM base AS 1x\nENV a=1"),
  wrong("onbuild of onbuild", "ONBUILD ONBUILD RUN x"),
  wrong("unknown user", "USER nobody-at-all\nRUN true"),
  wrong("program that is not there", 'RUN ["/nothing"]'),
];

export const DOCKERFILES: readonly DockerfileCase[] = [
  ...COPIES,
  ...ADDS,
  ...RUNS,
  ...CONFIGS,
  ...STAGES,
  ...WRONG,
];

/** The whole Dockerfile of a case. */
export function dockerfileOf({ lines }: DockerfileCase): string {
  return /^(?:FROM|ARG [gS]|# escape)/.test(lines) ? `${lines}\n` : `FROM base\n${lines}\n`;
}

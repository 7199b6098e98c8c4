// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the words of Dockerfiles
import type { DockerfileCase } from "./ideas.ts";

const idea = (name: string, lines: string, more: Partial<DockerfileCase> = {}): DockerfileCase => ({
  name,
  lines,
  ...more,
});

/** Further ideas of the language, each with what is easily got wrong. */
export const MORE_IDEAS: readonly DockerfileCase[] = [
  idea("copy: an empty directory", "COPY dir/empty /x"),
  idea("copy: into the root", "COPY a b.txt /"),
  idea(
    "copy: root of another stage",
    "FROM base AS one\nRUN mkdir /d && echo 1 > /d/x\nFROM scratch\nCOPY --from=one /d/ /",
  ),
  idea("copy: the same file twice", "COPY a /x\nCOPY a /x"),
  idea("copy: a later source wins", "COPY a b.txt dir/x /x/\nCOPY b.txt /x/a"),
  idea("copy: json with a variable", 'ENV d=/x\nCOPY ["a", "${d}/a b"]'),
  idea("copy: dot slash", "WORKDIR /w\nCOPY ./a ./b/"),
  idea("copy: chmod symbolic", "COPY --chmod=u=rwX,go=rX dir /x"),
  idea("copy: chmod and chown", "COPY --chmod=0640 --chown=1:2 a b.txt /x/"),
  idea(
    "copy: chmod of a stage",
    "FROM base AS one\nRUN mkdir /d && echo 1 > /d/x && chmod 600 /d/x\nFROM scratch\nCOPY --from=one --chmod=444 /d/x /y",
  ),
  idea(
    "copy: owner of a stage's file stays",
    "FROM base AS one\nRUN echo 1 > /x && chown 12:34 /x\nFROM scratch\nCOPY --from=one /x /x",
  ),
  idea(
    "copy: link of a stage inside a directory",
    "FROM base AS one\nRUN mkdir /d && ln -s ../etc /d/l && ln -s x /d/m\nFROM scratch\nCOPY --from=one /d /d",
  ),
  idea(
    "copy: deleted file is not copied",
    "FROM base AS one\nRUN mkdir /d && touch /d/a /d/b\nRUN rm /d/a\nFROM scratch\nCOPY --from=one /d /d",
  ),
  idea(
    "copy: exclude from a stage",
    "FROM base AS one\nRUN mkdir /d && touch /d/a /d/b.md\nFROM scratch\nCOPY --from=one --exclude=*.md /d /d",
  ),
  idea(
    "copy: sticky directory from a stage",
    "FROM base AS one\nRUN mkdir -m 1777 /d && touch /d/x\nFROM scratch\nCOPY --from=one /d /e/d",
  ),
  idea("copy: heredoc with an expansion in its name", "ENV n=q\nCOPY <<E /${n}.txt\nv\nE"),
  idea("add: over an existing file", "RUN echo old > /x\nADD a /x"),
  idea("add: to a directory", "ADD a dir/x /y/"),
  idea("add: a tar twice", "ADD arch.tar /x\nADD arch.tar /x"),
  idea("add: a gzipped tar with chmod", "ADD --chmod=700 arch.tar.gz /x"),
  idea(
    "run: hard links in a layer",
    "RUN mkdir /x && echo 1 > /x/a && ln /x/a /x/b && stat -c %h /x/a > /x/n",
  ),
  idea("run: changes a base file's mode", "RUN chmod 600 /etc/notes"),
  idea("run: renames a base file", "RUN mv /etc/notes /etc/other"),
  idea("run: renames a base directory", "RUN cp -a /var/data /moved && rm -r /var/data"),
  idea("run: fifo", "RUN mkfifo -m 640 /x"),
  idea("run: sparse file", "RUN dd if=/dev/zero of=/x bs=1 count=1 seek=100000 2>/dev/null"),
  idea("run: long names", "RUN n=$(printf %0200d 7); mkdir -p /$n/$n && touch /$n/$n/f"),
  idea("run: link to itself", "RUN ln -s x /x"),
  idea("run: file becomes a directory", "RUN rm /etc/notes && mkdir /etc/notes && touch /etc/notes/x"),
  idea("run: directory becomes a link", "RUN rm -r /var/data && ln -s /tmp /var/data"),
  idea("run: exit code of a pipe", "RUN false | true"),
  idea(
    "run: several lines and comments",
    "RUN set -e; \\\n# one\n  echo 1 > /x; \\\n  # two\n  echo 2 >> /x",
  ),
  idea("run: mount with a variable", "ENV t=/m\nRUN --mount=type=bind,source=dir,target=${t} ls ${t} > /x"),
  idea(
    "run: two binds",
    "RUN --mount=source=a,target=/m/a --mount=source=b.txt,target=/m/b cat /m/a /m/b > /x",
  ),
  idea(
    "run: cache keeps between steps",
    "RUN --mount=type=cache,target=/c echo 1 > /c/f\nRUN --mount=type=cache,target=/c cat /c/f > /x",
  ),
  idea(
    "run: cache of a mode",
    "RUN --mount=type=cache,target=/c,mode=0711,uid=5,gid=6 stat -c '%a %u %g' /c > /x",
  ),
  idea(
    "run: tmpfs with a size",
    "RUN --mount=type=tmpfs,target=/t,size=1m df -k /t | tail -1 | tr -s ' ' | cut -d' ' -f2 > /x",
  ),
  idea("run: no network", "RUN --network=none ls /sys/class/net | tr '\\n' ' ' > /x"),
  idea("config: user is kept", "USER 5:6\nRUN true"),
  idea("config: workdir of the root", "WORKDIR /"),
  idea("config: workdir with a slash", "WORKDIR /a/b/"),
  idea("config: label with a variable", 'ARG v=7\nLABEL version=$v "name of it"="x $v"'),
  idea("config: label over label", "LABEL a=1\nLABEL a=2 b=3"),
  idea("config: env with equals", "ENV a=b=c d==e"),
  idea("config: several args in a line", "ARG a=1 b=2 c\nENV x=$a$b$c"),
  idea("config: arg from an arg", "ARG a=1\nARG b=${a}2\nENV c=$b"),
  idea("config: nested default", "ENV a=${x:-${y:-z}}"),
  idea("config: cmd after entrypoint", 'ENTRYPOINT ["e"]\nCMD ["c", "d"]'),
  idea("config: healthcheck is reset", "HEALTHCHECK CMD a\nHEALTHCHECK NONE"),
  idea("config: expose twice", "EXPOSE 80 80/tcp\nEXPOSE 80/udp"),
  idea(
    "config: shell is inherited by a stage",
    'FROM base AS one\nSHELL ["/bin/ash", "-ec"]\nFROM one\nCMD x',
  ),
  idea("config: lower case", "env a=1\nrun echo $a > /x\ncmd y"),
  idea("config: stopsignal number", "STOPSIGNAL 9"),
  idea(
    "stages: three in a row",
    "FROM base AS a\nRUN echo 1 > /1\nFROM a AS b\nRUN echo 2 > /2\nFROM b\nRUN ls /1 /2 > /x",
  ),
  idea(
    "stages: a diamond",
    "FROM base AS a\nRUN echo 0 > /x\nFROM a AS b\nRUN echo b > /b\nFROM a AS c\nRUN echo c > /c\nFROM scratch\nCOPY --from=b /x /b /\nCOPY --from=c /c /",
  ),
  idea("stages: target by any case", "FROM base AS One\nENV a=1\nFROM base\nENV a=2", {
    args: ["--target", "ONE"],
  }),
  idea(
    "stages: a platform of its own",
    "FROM --platform=$BUILDPLATFORM base AS one\nRUN echo 1 > /x\nFROM scratch\nCOPY --from=one /x /x",
  ),
  idea("wrong: copy from a stage that is not there", "COPY --from=nothing:1 /a /b", {
    args: ["--pull=false"],
  }),
  idea("wrong: stage takes from itself", "FROM base AS one\nCOPY --from=one /a /b"),
  idea("wrong: heredoc in json", 'RUN ["cat", "<<E"]\nE'),
  idea("wrong: unknown target", "ENV a=1", { args: ["--target", "nothing"] }),
  idea("wrong: empty from", "FROM $nothing\nENV a=1"),
  idea("wrong: healthcheck without a command", "HEALTHCHECK --interval=5s"),
  idea("wrong: workdir empty", "WORKDIR"),
];

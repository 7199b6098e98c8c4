// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the words of Dockerfiles
import type { DockerfileCase } from "./ideas.ts";

const odd = (name: string, lines: string, more: Partial<DockerfileCase> = {}): DockerfileCase => ({
  name: `odd: ${name}`,
  lines,
  ...more,
});

/** A Dockerfile as it stands, whatever it begins with. */
const whole = (name: string, text: string, more: Partial<DockerfileCase> = {}): DockerfileCase =>
  odd(name, "", { ...more, files: { ...more.files, Dockerfile: text } });

const TEN_STAGES = Array.from(
  { length: 10 },
  (_, index) => `FROM ${index === 0 ? "base" : `s${index - 1}`} AS s${index}\nRUN echo ${index} >> /x`,
).join("\n");

/** Encodings, line ends, long lines, scopes, mounts and ignore files that are seldom. */
export const ODD_IDEAS: readonly DockerfileCase[] = [
  whole("byte order mark", "\uFEFFFROM base\nENV a=1\n"),
  whole("carriage returns", "FROM base\r\nENV a=1 \\\r\n b=2\r\nRUN echo one \\\r\n  two > /x\r\n"),
  whole("carriage returns in a heredoc", "FROM base\r\nRUN <<E\r\necho a > /x\r\nE\r\n"),
  whole("carriage returns in a copied heredoc", "FROM base\r\nCOPY <<E /x\r\na\r\nE\r\n"),
  whole("no line feed at the end", "FROM base\nENV a=1"),
  whole("escape at the very end", "FROM base\nENV a=1 \\"),
  whole("blanks and tabs", "\t FROM \t base \t\n  \tENV\ta=1\t \n"),
  whole("comments everywhere", "# one\nFROM base\n  # two\nENV a=1 \\\n# three\n  b=2 # four\n"),
  whole("a directive too late", "FROM base\n# escape=`\nENV a=1 \\\n b=2\n"),
  whole("a directive after a blank line", "\n# escape=`\nFROM base\nENV a=1 \\\n b=2\n"),
  whole("backtick escape in a value", '# escape=`\nFROM base\nENV a=c:\\x b=`$HOME c="`"q`""\n'),
  whole("shebang", "#!/usr/bin/env docker\nFROM base\nENV a=1\n"),
  odd("a line of 60 000 letters", `ENV a=${"x".repeat(60_000)}`),
  odd(
    "a thousand continued lines",
    `RUN true ${Array.from({ length: 1000 }, (_, i) => `\\\n  && true ${i}`).join("")}`,
  ),
  odd("letters of other scripts", "ENV a=grün b=日本 c=🙂\nLABEL ключ=значение\nRUN echo ü > /ü"),
  odd("no-break space is no blank", "ENV a=x\u00A0y"),
  whole("ten stages, each on the last", `${TEN_STAGES}\n`),
  whole(
    "a stage named like an image",
    "FROM base AS scratchy\nENV a=1\nFROM scratchy AS base\nENV b=2\nFROM base\nENV c=3\n",
  ),
  whole("a number is a stage", "FROM base\nRUN echo 0 > /z\nFROM base\nCOPY --from=0 /z /x\n"),
  whole("arg of a stage below", "FROM base AS one\nARG v=1\nENV w=$v\nFROM one\nENV x=[$v]\n"),
  whole("arg twice, global and own", "ARG v=g\nFROM base\nARG v=s\nENV a=$v\nARG v\nENV b=$v\n"),
  whole("arg given, global default taken", "ARG v=g\nFROM base\nARG v\nENV a=$v\n", {
    args: ["--build-arg", "v=c"],
  }),
  odd("arg in its own line", "ARG a=1 b=${a}2\nENV c=$b"),
  odd("arg used before it", "ENV a=[$v]\nARG v=1\nENV b=[$v]"),
  odd("arg with the name of an env of the base", "ARG PATH=/none\nENV a=$PATH"),
  odd("env to nothing", "ENV a=\nENV b=${a:-d} c=${a-d}"),
  odd("escaped dollars", "ENV a=1\nENV b=\\$a c=\\\\$a d='$a' e=\"\\$a\""),
  odd("a default with braces", 'ENV a=${b:-"{x}"} c=${b:-\\}}'),
  odd("a pattern with a slash", "ENV p=a/b/c\nENV b=${p##*/} c=${p%/*} d=${p/\\//-} e=${p//\\//-}"),
  odd("mount with a variable", "ARG d=dir\nRUN --mount=source=$d,target=/b ls /b > /x"),
  odd(
    "mount below another",
    "RUN --mount=type=tmpfs,target=/m --mount=source=a,target=/m/deep/a cat /m/deep/a > /x",
  ),
  odd("mount on what is a file", "RUN --mount=source=dir,target=/etc/passwd true"),
  odd("mount with a relative target", "WORKDIR /w\nRUN --mount=source=a,target=t cat /w/t > /x"),
  odd(
    "mount of a stage's directory",
    "FROM base AS one\nRUN mkdir /d && echo 1 > /d/f\nFROM base\nRUN --mount=from=one,source=/d,target=/m cp /m/f /x",
  ),
  odd(
    "two caches of one id",
    "RUN --mount=type=cache,id=i,target=/a --mount=type=cache,id=i,target=/b echo 1 > /a/f; cat /b/f > /x",
  ),
  odd("mount that makes parents", "RUN --mount=source=a,target=/n/e/w/a cat /n/e/w/a > /x"),
  odd("unknown key of a mount", "RUN --mount=type=bind,source=a,target=/a,colour=red true"),
  odd("heredoc with tabs", "RUN <<-E\n\t\techo a > /x\n\tE"),
  odd("heredocs of one directory", "COPY <<one <<two /x/\n1\none\n2\ntwo"),
  odd("heredoc named twice", "COPY <<f <<f /x/\n1\nf\n2\nf"),
  odd("heredoc within quotes", "RUN echo '<<E' > /x"),
  odd("heredoc that looks like one", "COPY <<'E' /x\nRUN echo no\nFROM nothing\n$HOME\nE"),
  odd("ignore everything but one", "COPY . /x", { files: { ".dockerignore": "*\n!pkg/one\n" } }),
  odd("ignore and keep below", "COPY . /x", { files: { ".dockerignore": "pkg\n!pkg/*/package.json\n" } }),
  odd("ignore with two stars", "COPY . /x", { files: { ".dockerignore": "**/*.md\n**/sub\n!dir/doc.md\n" } }),
  odd("ignore with a slash in front and behind", "COPY . /x", {
    files: { ".dockerignore": "/a\ndir/\n/pkg/one/\n" },
  }),
  odd("ignore with carriage returns", "COPY . /x", {
    files: { ".dockerignore": "a\r\n*.txt\r\n!b.txt\r\n" },
  }),
  odd("ignore with comments and blanks", "COPY . /x", {
    files: { ".dockerignore": "# a\n\n  b.txt  \n #x\n\\#y\n" },
  }),
  odd("ignore with a class", "COPY . /x", { files: { ".dockerignore": "[ab]*\nd?r\n" } }),
  odd("ignore above the root", "COPY . /x", { files: { ".dockerignore": "../a\n./b.txt\npkg/../dir\n" } }),
  odd("ignore the Dockerfile", "COPY . /x", { files: { ".dockerignore": "Dockerfile\n.dockerignore\n" } }),
  odd("a source that is ignored", "COPY a /x", { files: { ".dockerignore": "a\n" } }),
  odd("exclude over a kept one", "COPY --exclude=dir/sub --exclude=!dir/sub/z . /x"),
  odd("destination with blanks", 'COPY ["a", "b.txt", "/with space/"]'),
  odd("destination through a link to nothing", "RUN ln -s /nowhere/at/all /l\nCOPY a /l"),
  odd("destination through a link to a directory", "RUN mkdir /r && ln -s r /l\nCOPY a /l/"),
  odd("workdir over a link", "RUN mkdir /r && ln -s r /l\nWORKDIR /l/d\nRUN touch f"),
];

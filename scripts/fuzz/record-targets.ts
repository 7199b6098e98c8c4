import { journalRecord, parseJournal } from "../../src/container/logs/journal-entry.ts";
import { parseLogRecord } from "../../src/container/logs/log-record.ts";
import { parseHealth } from "../../src/container/state/health.ts";
import { parseAnswers } from "../../src/protocol/answers.ts";
import { parseFacts } from "../../src/protocol/facts.ts";
import { parseIdMap } from "../../src/rootless/id-map.ts";
import { type Target, texts } from "./target.ts";

const SIZED = Buffer.concat([
  Buffer.from("MESSAGE\n"),
  Buffer.from("0300000000000000", "hex"),
  Buffer.from("a\nb\n\n"),
]);

/** What programs of our own and of the system have noted; a power cut or a container may have changed it. */
export const RECORD_TARGETS: readonly Target[] = [
  {
    name: "log record",
    corpus: texts(
      "2024-01-02T03:04:05.000000000+00:00 stdout F text",
      '{"log":"a\\n","stream":"stderr","time":"t"}',
    ),
    read: (input) => parseLogRecord(input)?.time(),
  },
  {
    name: "journal",
    corpus: [...texts("__REALTIME_TIMESTAMP=1700000000000000\nPRIORITY=3\nMESSAGE=a\n\n"), SIZED],
    read: (input) => parseJournal(input).entries.map((entry) => journalRecord(entry)?.time()),
  },
  {
    name: "health results",
    corpus: texts("status healthy\nstreak 0\nlog 1700000000.0 1700000001.0 0 3\nout\nlog 1.0 2.0 -1 0\n\n"),
    read: parseHealth,
  },
  {
    name: "monitor's answers",
    corpus: texts("created 7\nstarted\n", "failed create 2 x\n"),
    read: (input) => parseAnswers(input.toString()),
  },
  {
    name: "monitor's facts",
    corpus: texts("pid 7\ncode 0\noom 1\n"),
    read: (input) => parseFacts(input.toString()),
  },
  {
    name: "id map",
    corpus: texts("         0       1000          1\n         1     100000      65536\n"),
    read: (input) => parseIdMap(input.toString()),
  },
];

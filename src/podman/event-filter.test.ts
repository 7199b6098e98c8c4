import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoreEvent } from "../storage/events.ts";
import { eventFilter } from "./event-filter.ts";
import { eventJson, eventLine } from "./format-event.ts";

const Time = "2026-01-02T03:04:05.600000000Z";
const died: StoreEvent = {
  ID: "abcdef0123456789",
  Image: "localhost/i:latest",
  Name: "web",
  Status: "died",
  Time,
  Type: "container",
  Attributes: { app: "x", empty: "" },
  ContainerExitCode: 3,
};
const volume: StoreEvent = { Name: "data", Status: "create", Time, Type: "volume" };
const image: StoreEvent = { ID: "0123", Name: "localhost/i:latest", Status: "tag", Time, Type: "image" };

for (const [filters, expected] of [
  [[], "web data localhost/i:latest"],
  [["event=die"], "web"],
  [["event=died", "event=create"], "web data"],
  [["type=image"], "localhost/i:latest"],
  [["container=web"], "web"],
  [["container=abc"], "web"],
  [["container=we"], ""],
  [["image=localhost/i:latest"], "localhost/i:latest"],
  [["volume=da"], "data"],
  [["label=app"], "web"],
  [["label=app=x", "label=empty"], "web"],
  [["label=app=x", "label=none"], ""],
  [["type=container", "event=create"], ""],
] as const)
  test(`events --filter ${filters.join(" ")}`, () =>
    assert.equal(
      [died, volume, image]
        .filter(eventFilter(filters))
        .map(({ Name }) => Name)
        .join(" "),
      expected,
    ));

for (const [filter, message] of [
  ["foo=x", /foo is an invalid filter/],
  ["foo", /invalid filter "foo"/],
] as const)
  test(`events --filter ${filter}: refused`, () => assert.throws(() => eventFilter([filter]), message));

for (const [event, noTrunc, expected] of [
  [
    died,
    true,
    "2026-01-02 03:04:05.6 +0000 UTC container died abcdef0123456789 (image=localhost/i:latest, name=web, app=x, empty=)",
  ],
  [
    died,
    false,
    "2026-01-02 03:04:05.6 +0000 UTC container died abcdef012345 (image=localhost/i:latest, name=web, app=x, empty=)",
  ],
  [volume, true, "2026-01-02 03:04:05.6 +0000 UTC volume create data"],
  [image, true, "2026-01-02 03:04:05.6 +0000 UTC image tag 0123 localhost/i:latest"],
] as const)
  test(`eventLine(): ${event.Type}, noTrunc ${noTrunc}`, () =>
    assert.equal(eventLine(event, { noTrunc }), expected));

test("eventJson() has Podman's keys in Podman's order", () => {
  assert.deepEqual(Object.keys(JSON.parse(eventJson(died))), [
    "ContainerExitCode",
    "ID",
    "Image",
    "Name",
    "Status",
    "time",
    "timeNano",
    "Type",
    "Attributes",
  ]);
  assert.equal(
    eventJson(volume),
    '{"Name":"data","Status":"create","time":1767323045,"timeNano":1767323045600000000,"Type":"volume","Attributes":null}',
  );
});

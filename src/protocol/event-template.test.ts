import assert from "node:assert/strict";
import { test } from "node:test";
import { eventTemplate, MARKS } from "./event-template.ts";

test("eventTemplate(): marks are added unquoted as they are given; the event's own @ are doubled", () =>
  assert.equal(
    eventTemplate(
      { Name: "a@b", Attributes: { "@TIME@": "@EXIT@" } },
      { Time: `"${MARKS.time}"`, Code: MARKS.exit },
    ),
    '{"Name":"a@@b","Attributes":{"@@TIME@@":"@@EXIT@@"},"Time":"@TIME@","Code":@EXIT@}',
  ));

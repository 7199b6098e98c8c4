import assert from "node:assert/strict";
import { test } from "node:test";
import { rateLimitText } from "./rate-limit.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");

for (const [name, headers, retryAfterMs, expected] of [
  [
    "Docker Hub's",
    { "ratelimit-limit": "100;w=21600", "ratelimit-remaining": "0;w=21600" },
    42_000,
    "limit 100 requests in 6h, resets in 42s",
  ],
  [
    "the draft's",
    { "ratelimit-limit": "10", "ratelimit-reset": "90" },
    undefined,
    "limit 10 requests, resets in 1m30s",
  ],
  [
    "with X-, and a point in time",
    { "x-ratelimit-limit": "5000", "x-ratelimit-reset": String(NOW / 1000 + 3661) },
    undefined,
    "limit 5000 requests, resets in 1h1m1s",
  ],
  ["Retry-After alone", {}, 500, "resets in 1s"],
  ["nothing", {}, undefined, undefined],
  ["nonsense", { "ratelimit-limit": "many", "ratelimit-reset": "soon" }, undefined, undefined],
] as const) {
  test(`rateLimitText(): ${name}`, () =>
    assert.equal(rateLimitText(headers, { retryAfterMs, now: NOW }), expected));
}

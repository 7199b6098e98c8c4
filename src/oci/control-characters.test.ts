import assert from "node:assert/strict";
import { test } from "node:test";
import { hasControls } from "./control-characters.ts";

test("hasControls() says of each character what Unicode's category Cc says", () => {
  for (let code = 0; code <= 0xffff; code++) {
    const character = String.fromCharCode(code);
    assert.equal(hasControls(`a${character}b`), /\p{Cc}/u.test(character), `U+${code.toString(16)}`);
  }
});

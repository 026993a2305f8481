/** A tenth of the spoilt files of `make faults`, always the same: each is refused in words, or opens as it should. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openSpoilt } from "./faults/spoilt.mjs";

test("a spoilt project, archive or timeline is refused in words or opened whole, and nothing in it runs", async (t) => {
  const found = await openSpoilt({ files: 100 });
  assert.deepEqual(
    found.filter(({ wrong }) => wrong.length > 0),
    [],
  );
  const count = (...ends) => found.filter(({ end }) => ends.includes(end)).length;
  assert.ok(count("refused") > 20 && count("exported") > 20, "files of both kinds");
  t.diagnostic(`${count("refused")} refused, ${count("exported")} exported`);
});

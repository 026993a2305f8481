/** A tenth of `make faults`, always the same: the built package keeps its promises whatever fails around it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { throwFaults } from "./faults/campaign.mjs";

test("an operation that a fault strikes ends in time and in words, and nothing is lost or left over", async (t) => {
  const found = await throwFaults({ seed: 19, faults: 32 });
  const wrong = found.filter((row) => row.wrong.length > 0);
  assert.deepEqual(wrong, []);
  const struck = found.filter((row) => row.struck).length;
  assert.ok(struck > found.length / 2, `only ${struck} of ${found.length} faults struck before the end`);
  t.diagnostic(`${struck} of ${found.length} struck`);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { limiter } from "./limit.js";

test("jobs begin in the order of their calls, never more than the limit at a time, also after one that failed", async () => {
  const limited = limiter(2);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const job = (number: number) =>
    limited(async () => {
      begun.push(number);
      running++;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5 - number));
      running--;
      if (number === 1) throw new Error("failed");
      return number;
    });
  const outcomes = await Promise.allSettled([0, 1, 2, 3, 4].map(job));
  assert.deepEqual(begun, [0, 1, 2, 3, 4]);
  assert.equal(most, 2);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled", "fulfilled", "fulfilled"],
  );
  assert.equal(await job(2), 2);
});

/**
 * Kills an export of an hour at random points, and goes on with it (docs/reliability.md):
 *
 *     node --import tsx webdriver/faults/kills.mjs [--minutes 60] [--kills 40] [--seed 1] [--write]
 *
 * A kill ends the leading worker, the tab, the tab's process or the browser. The file must have the bytes of the
 * undisturbed export, no kept segment is made again, and fewer than two segments a worker are. `--write` updates the
 * table in the document.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { writeBetween } from "./document.mjs";
import { randomOf } from "./random.mjs";
import {
  begin,
  closeTab,
  exportWith,
  isFinished,
  leftovers,
  resume,
  startSurvivalPage,
  unfinished,
} from "./survival-page.mjs";

const WORKERS = 2;
const OPTIONS = { workers: WORKERS, quality: "draft" };

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    kills: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});
const [minutes, kills] = [Number(values.minutes), Number(values.kills)];
const random = randomOf(Number(values.seed));
/** The longest that an export of an hour may take on a busy machine, in milliseconds. */
const PATIENCE_MS = 600_000;
const page = await startSurvivalPage(minutes);
await page.session.driver.manage().setTimeouts({ script: PATIENCE_MS });
const KILLED = {
  "the tab is closed": () => closeTab(page),
  "the tab’s process crashes": () => closeTab(page, true),
  "the browser is killed": async () => {
    await page.session.killBrowser();
    await page.session.driver.manage().setTimeouts({ script: PATIENCE_MS });
    await page.session.driver.get(page.session.site.url);
  },
};

/** Runs a function in the page, and returns its result and the seconds that it took. */
async function timed(...given) {
  const since = performance.now();
  const found = await page.run(...given);
  assert.equal(found.error, undefined);
  return { ...found, seconds: (performance.now() - since) / 1000 };
}

/** Kills the leading worker. Its export goes on by itself. */
async function killLeader(whole, records) {
  const kind = random.of(["throw", "end"]);
  const found = await timed(exportWith, [{ kind, at: "record", after: records }], "file", OPTIONS);
  assert.equal(found.hash, whole.hash);
  assert.equal(found.records, whole.records, "a kept segment is made again");
  // A helper may have made segments that the leader never got, and each worker was making one.
  const again = Math.max(0, found.made - new Set(found.asked).size) + WORKERS;
  return { kept: records, again, seconds: found.seconds - (whole.seconds * records) / whole.records };
}

/** Kills what the leading worker is in, and goes on in a new page. Returns nothing if the export was quicker. */
async function killPage(kill, whole, records) {
  const { asked, made } = await page.run(begin, records, "file", { ...OPTIONS, goesOn: true });
  await kill();
  if (await page.run(isFinished)) return undefined;
  let found = [];
  for (let tries = 0; found.length === 0; tries += 1) {
    assert.ok(tries < 100, "the interrupted export is not found");
    await sleep(100);
    found = await page.run(unfinished);
  }
  const [{ id, numbers }, ...others] = found;
  assert.equal(others.length, 0);
  const resumed = await timed(resume, id, {});
  assert.equal(resumed.hash, whole.hash);
  assert.equal(numbers.length + resumed.records, whole.records, "a kept segment is made again");
  // A helper may have made segments that the leader did not keep, and each worker was making one.
  const again = Math.max(0, made - asked.filter((number) => numbers.includes(number)).length) + WORKERS;
  return { kept: numbers.length, again, seconds: resumed.seconds };
}

const rows = new Map();
try {
  const ways = ["the leading worker ends", ...Object.keys(KILLED)];
  let whole;
  for (let count = 0; count < kills; count += 1) {
    const way = ways[count % ways.length];
    if (count % 8 === 0) {
      // Measured anew beside each few kills: other work on the machine comes and goes.
      whole = await timed(exportWith, [], "file", OPTIONS);
      console.log(`${whole.records} segments in ${whole.seconds.toFixed(1)} s, undisturbed`);
    }
    const kill = KILLED[way];
    let killed;
    while (killed === undefined) {
      const records = 2 + random.below(whole.records * 0.8);
      killed = await (kill ? killPage(kill, whole, records) : killLeader(whole, records));
    }
    const { kept, again, seconds } = killed;
    assert.deepEqual([await page.run(unfinished), await page.run(leftovers)], [[], []]);
    assert.ok(again < 2 * WORKERS, `${again} segments are made again`);
    const left = whole.seconds * (1 - kept / whole.records);
    console.log(`${way}\tkept ${kept}, again ${again}, ${seconds.toFixed(1)} s where ${left.toFixed(1)} s were left`);
    rows.set(way, [...(rows.get(way) ?? []), { kept, again, seconds, left }]);
  }
  const table = tableOf(whole.records);
  console.log(`\n${table}`);
  if (values.write) writeBetween("kills", table);
} finally {
  await page.close();
}

/** Summarizes by kind of kill, as a table in Markdown. */
function tableOf(segments) {
  const lines = [
    `An export of ${minutes} minutes has ${segments} segments.`,
    "",
    "| kill | kills | kept segments | made again, at most | time to the end ÷ time that was left, median |",
    "|---|---:|---:|---:|---:|",
  ];
  for (const [way, kills] of rows) {
    const kept = kills.map(({ kept }) => kept);
    const ratios = kills.map(({ seconds, left }) => seconds / left).sort((one, other) => one - other);
    const again = Math.max(...kills.map(({ again }) => again));
    const cells = [kills.length, `${Math.min(...kept)} to ${Math.max(...kept)}`, again];
    lines.push(`| ${[way, ...cells, ratios[Math.floor(ratios.length / 2)].toFixed(2)].join(" | ")} |`);
  }
  return lines.join("\n");
}

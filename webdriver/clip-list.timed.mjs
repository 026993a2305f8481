/** A project of 1,500 clips opens, scrolls and is edited without holding up the page. */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { withoutLongTask } from "./long-tasks.mjs";
import { writeRepeatingProject } from "./project.mjs";
import { startSession } from "./session.mjs";

const CLIPS = 1500;

let session;
let studio;
let driver;
before(async () => {
  session = await startSession();
  ({ studio, driver } = session);
  await studio.open(session.site.url);
  const audio = resolve("www/sample/rain.mp3");
  await studio.openProject(
    writeRepeatingProject(join(session.folder, "Long.json"), { name: "Long", audio, times: CLIPS }),
  );
});
after(() => session?.close());

/** The work of the page's thread since its load, in seconds. */
async function workSeconds() {
  const { metrics } = await driver.sendAndGetDevToolsCommand("Performance.getMetrics", {});
  return metrics.find(({ name }) => name === "TaskDuration").value;
}

test("it opens within 1.5 seconds of the page's thread, with fewer than 3,000 elements", async (t) => {
  await driver.sendDevToolsCommand("Performance.enable", {});
  const opened = [];
  for (let round = 0; round < 3; round += 1) {
    await studio.reload();
    opened.push(await workSeconds());
  }
  const elements = await driver.executeScript(() => document.querySelectorAll("*").length);
  t.diagnostic(`opened in ${opened.map((seconds) => seconds.toFixed(2)).join(", ")} s, ${elements} elements`);
  // A busy machine only adds to it.
  assert.ok(Math.min(...opened) < 1.5);
  assert.ok(elements < 3000);
});

const EDITS = {
  "the name": () => enter("#project-name", `Long ${Math.random()}`),
  "a clip moved": () => document.querySelector("#clips > li:nth-child(3) [aria-label^='Move down']").click(),
  "a clip removed": () => document.querySelector("#clips > li:nth-child(5) [aria-label^=Remove]").click(),
  "a step undone": () => document.querySelector("#undo").click(),
  "a step done again": () => document.querySelector("#redo").click(),
};

for (const [what, edit] of Object.entries(EDITS)) {
  test(`${what}: no task of 50 ms`, () =>
    withoutLongTask(driver, async () => {
      await driver.executeAsyncScript(
        `${enter}; (${edit})(); requestAnimationFrame(() => setTimeout(arguments[arguments.length - 1], 300))`,
      );
    }));
}

test("it scrolls without a frame of over 32 ms, but for one in twenty", async (t) => {
  const rounds = [];
  for (let round = 0; round < 3; round += 1) {
    const frames = await driver.executeAsyncScript(scrollThrough);
    const at95 = frames.toSorted((a, b) => a - b)[Math.floor(frames.length * 0.95)];
    rounds.push(at95);
  }
  t.diagnostic(`95 of 100 frames take at most ${rounds.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  assert.ok(Math.min(...rounds) <= 32);
});

// The functions below run in the page.

function enter(css, text) {
  const field = document.querySelector(css);
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** Scrolls for three seconds, a screen in a third of a second. Returns the time between any two frames. */
function scrollThrough(done) {
  scrollTo(0, 0);
  const times = [];
  const next = (now) => {
    times.push(now);
    if (now - times[0] > 3000) return done(times.slice(1).map((time, index) => time - times[index]));
    scrollTo(0, ((now - times[0]) / 333) * innerHeight);
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

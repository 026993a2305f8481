/** The page stays responsive during an export: there is no long task, and the project can be edited. */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { withoutLongTask } from "./long-tasks.mjs";
import { writeRepeatingProject } from "./project.mjs";
import { startSession } from "./session.mjs";

let session;
let studio;
before(async () => {
  session = await startSession();
  studio = session.studio;
  await studio.open(session.site.url);
});
after(() => session?.close());

test("ten minutes are exported without a main-thread task over 50 ms, and the bar never goes back", async () => {
  const rain = resolve("www/sample/rain.mp3");
  const path = join(session.folder, "long.json");
  await studio.openProject(writeRepeatingProject(path, { name: "Ten minutes", audio: rain, times: 25 }));
  const views = await withoutLongTask(session.driver, async () => {
    const seen = [];
    const { state } = await studio.export((view) => seen.push(view));
    assert.equal(state, "done");
    return seen;
  });
  const running = views.filter((view) => view.state === "running");
  const completed = running.map((view) => view.completed);
  assert.deepEqual(
    completed,
    completed.toSorted((a, b) => a - b),
  );
  assert.ok(
    running.some(({ timeLeft }) => /left$/.test(timeLeft)),
    "it says how long the rest should take",
  );
});

test("the project can be edited meanwhile; the export is of the project as it was at the click", async () => {
  await studio.click("#export");
  await studio.until("encoding", ({ message }) => message.startsWith("Encoding"));
  await studio.type("#project-name", "Renamed meanwhile");
  assert.equal((await studio.view()).state, "running");
  const { state, result } = await studio.exported();
  assert.equal(state, "done");
  assert.equal(result.name, "Ten minutes.m4a");
  assert.equal(await studio.element("#project-name").getAttribute("value"), "Renamed meanwhile");
});

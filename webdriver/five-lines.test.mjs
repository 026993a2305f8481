/**
 * A writer's first task: five lines with music under them, one of which begins with noise, as one file. It takes at
 * most 15 clicks, and one export: where to cut is found by ear, before it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key } from "selenium-webdriver";
import { decode, strengthAt, writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";

const RATE = 44_100;
const LINES = [300, 500, 700, 900, 1100];
const MUSIC = 2500;
/** The sound before the first line, which does not belong to it. */
const NOISE = 4000;

let session;
let studio;
let driver;
let clicks = 0;
before(async () => {
  session = await startSession();
  ({ studio, driver } = session);
  await studio.open(session.site.url);
});
after(() => session?.close());

test("five lines with music take at most 15 clicks, and no export to find a trim", async (t) => {
  await click("#begin-new");
  await driver.wait(async () => (await studio.clips()).length === 0, 20_000);
  await click("#project-name");
  await type("Five lines");
  // The button, and “Open” in the system's dialog.
  clicks += 2;
  await studio.addAudio(...files());
  const [first, , , , , music] = await studio.clips();

  // The list, which has all lanes once it is opened, and the lane.
  clicks += 2;
  const lanes = `[data-clip-id="${music.id}"] select`;
  await driver.executeScript("arguments[0].focus()", await studio.element(lanes));
  await driver.wait(async () => (await driver.findElements({ css: `${lanes} option` })).length > 1, 20_000);
  await studio.choose(lanes, "Lane −1");

  await click(`[data-clip-id="${music.id}"] button[aria-label^="Edit"]`);
  await studio.clipOpened();
  await click("#clip-editor [name=volumeDb]");
  await type("-20");
  await drag("#clip-editor .edge-end", 11 / 15);
  await click("#clip-editor [type=submit]");

  await click(`[data-clip-id="${first.id}"] button[aria-label^="Edit"]`);
  await studio.clipOpened();
  await click("#play-clip");
  await drag("#clip-editor .edge-start", 1 / 3);
  await click("#clip-editor [type=submit]");

  clicks += 1;
  const { state, result } = await studio.export();
  assert.equal(state, "done");
  t.diagnostic(`${clicks} clicks`);
  assert.ok(clicks <= 15, `${clicks} clicks`);

  assert.equal(result.name, "Five lines.m4a");
  const sound = decode(await session.browser.take(result.name));
  // The gap is a quarter of a second, and the first line has lost its first second.
  for (const [index, frequency] of LINES.entries()) {
    const middle = index * 2.25 + 1;
    const at = sound.subarray((middle - 0.4) * RATE, (middle + 0.4) * RATE);
    assert.ok(strengthAt(at, frequency, RATE) > 0.3, `line ${index + 1} is where it belongs`);
    const quiet = strengthAt(at, MUSIC, RATE);
    assert.ok(quiet > 0.02 && quiet < 0.08, `the music is under line ${index + 1}: ${quiet}`);
    assert.ok(strengthAt(at, NOISE, RATE) < 0.01, "the noise is gone");
  }
  assert.ok(Math.abs(result.durationSeconds - 11) < 0.2, `${result.durationSeconds} s`);
});

/** Five lines of two seconds, the first after a second of noise, and fifteen seconds of music. */
function files() {
  const tone = (name, frequency, seconds) => writeTone(join(session.folder, name), { frequency, seconds });
  const [first, ...others] = LINES.map((frequency, index) =>
    index === 0 ? tone("1 line.wav", [NOISE, frequency, frequency], 3) : tone(`${index + 1} line.wav`, frequency, 2),
  );
  return [first, ...others, tone("music.wav", MUSIC, 15)];
}

async function click(css) {
  clicks += 1;
  const target = await studio.element(css);
  await driver.executeScript("arguments[0].scrollIntoView({ block: 'nearest' })", target);
  await target.click();
}

/** Types over the content of the field that has the focus. */
function type(text) {
  const { CONTROL } = Key;
  return driver.actions().keyDown(CONTROL).sendKeys("a").keyUp(CONTROL).sendKeys(text).perform();
}

/** Drags a point of the waveform to a share of it. */
async function drag(css, share) {
  clicks += 1;
  const { from, to, y } = await driver.executeScript(
    (point, part) => {
      const handle = document.querySelector(point);
      handle.scrollIntoView({ block: "center" });
      const { left, right, top, height } = handle.getBoundingClientRect();
      const frame = handle.parentElement.getBoundingClientRect();
      return { from: (left + right) / 2, to: frame.left + frame.width * part, y: top + height / 2 };
    },
    css,
    share,
  );
  const at = (x) => ({ x: Math.round(x), y: Math.round(y) });
  await driver
    .actions()
    .move(at(from))
    .press()
    .move({ ...at(to), duration: 200 })
    .release()
    .perform();
}

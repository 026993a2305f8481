/** The studio plays the project before it is exported, and what is edited meanwhile is heard. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Key } from "selenium-webdriver";
import { writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";
import { beforeLoad } from "./studio.mjs";

/** Lets the test measure the sound that leaves the page. */
const TAP = `const { connect } = AudioNode.prototype;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (!(to instanceof AudioDestinationNode)) return connect.call(this, to, ...rest);
    window.tap = new AnalyserNode(to.context);
    connect.call(window.tap, to);
    return connect.call(this, window.tap);
  };`;

/** @type {Awaited<ReturnType<typeof startSession>>} */
let session;
let [first, second] = [];
/** A file with five seconds of a low tone, and then five of a high one. */
let steps;
before(async () => {
  session = await startSession();
  const { driver, studio, folder } = session;
  await beforeLoad(driver, TAP);
  await studio.open(session.site.url);
  await studio.clear();
  const tone = (name, frequency) => writeTone(join(folder, name), { frequency, seconds: 20, sampleRate: 44_100 });
  await studio.addAudio(tone("1 low.wav", 300), tone("2 high.wav", 2000));
  steps = writeTone(join(folder, "3 low and high.wav"), { frequency: [300, 2000], seconds: 10 });
  [first, second] = (await studio.clips()).map(({ id }) => id);
});
after(() => session?.close());

test("Play loads the player, the position moves, and Space pauses and plays", async () => {
  const { studio } = session;
  assert.equal(await requests("player"), 0, "nothing of it is loaded before");
  await studio.click("#play");
  await until("it sounds", async () => (await level(300)) > -60);
  await until("it moves", async () => (await position()) > 0.5);
  assert.equal(await studio.element("#play").getText(), "Pause");
  await press(" ");
  // The button has the focus, so the key is the button's own.
  await until("it is paused", async () => (await studio.element("#play").getText()) === "Play");
  const pausedAt = await position();
  await session.driver.executeScript("document.activeElement.blur()");
  await press(" ");
  await until("it goes on", async () => (await position()) > pausedAt + 0.2);
  await press(" ");
  assert.equal(await studio.element("#play").getText(), "Play");
});

test("while it plays, the meter shows how loud it is", async () => {
  const { studio } = session;
  const meter = () => studio.element("#meter").getAttribute("aria-valuetext");
  await studio.click("#play");
  // A sine of half the full scale.
  await until("the peak", async () => /, peak −6\.\d dB$/.test(await meter()));
  await until("the loudness of 3 s", async () => /^−\d+\.\d LUFS$/.test(await text("#loudness-now")));
  await studio.click("#play");
  assert.ok(!(await studio.element("#meter").isDisplayed()), "nothing sounds");
});

test("the ruler goes anywhere, by a click and by keys", async () => {
  const { driver, studio } = session;
  const ruler = studio.element("#seek");
  await driver.actions().move({ origin: ruler }).click().perform();
  const { width } = await ruler.getRect();
  const length = Number(await ruler.getAttribute("aria-valuemax"));
  assert.ok(width > 100 && length > 40, `${width} px, ${length} s`);
  const middle = await position();
  assert.ok(middle > 1 && middle < length);
  await ruler.sendKeys(Key.ARROW_RIGHT, Key.ARROW_RIGHT, Key.ARROW_LEFT);
  assert.ok(Math.abs((await position()) - middle - 1) < 0.01);
  await ruler.sendKeys(Key.END);
  assert.equal(await position(), length);
  await ruler.sendKeys(Key.HOME);
  assert.equal(await position(), 0);
  assert.match(await ruler.getAttribute("aria-valuetext"), /^0\.0 seconds of 40 seconds$/);
});

test("a row plays from its clip's start, and an edit is heard while it plays", async () => {
  const { studio } = session;
  await studio.press(second, "Play from");
  await until("the second clip sounds", async () => (await level(2000)) > -60 && (await level(300)) < -60);
  assert.ok((await position()) >= 20);
  await studio.press(second, "Move up");
  await until("the other clip is there", async () => (await level(300)) > -60 && (await level(2000)) < -60);
  await studio.click("#undo");
  await until("it is back", async () => (await level(2000)) > -60);
  assert.equal(await studio.element("#play").getText(), "Pause");
  await studio.click("#play");
});

test("a clip plays alone in its dialog, as its fields say, and stops with the dialog", async () => {
  const { studio } = session;
  await studio.openClip(first);
  await studio.click("#play-clip");
  await until("it sounds", async () => (await level(300)) > -50);
  await studio.type("#clip-editor [name=volumeDb]", "-60");
  await until("it is quieter", async () => (await level(300)) < -70);
  await studio.type("#clip-editor [name=sourceStart]", "99");
  await until("the fault is named", async () =>
    /“1 low\.wav” cannot be played/.test(await text("#clip-editor .fault")),
  );
  // On a low window, the dialog scrolls.
  const cancel = await studio.element("#clip-editor .buttons button");
  await session.driver.executeScript("arguments[0].scrollIntoView()", cancel);
  await cancel.click();
  assert.equal(await studio.element("#play").getText(), "Play");
});

test("where a clip begins and ends is dragged on its waveform, and heard from there", async () => {
  const { driver, studio } = session;
  await studio.addAudio(steps);
  const { id } = (await studio.clips()).at(-1);
  await studio.openClip(id);
  const frame = await studio.element(".trim-frame");
  await driver.executeScript("arguments[0].scrollIntoView({ block: 'center' })", frame);
  await studio.click("#play-clip");
  await until("the low half sounds", async () => (await level(300)) > -50 && (await level(2000)) < -60);
  const { width } = await frame.getRect();
  const drag = async (point, to) => {
    const { x } = await studio.element(point).getRect();
    const { x: left } = await frame.getRect();
    const [from, by] = [
      Math.round(x + 12),
      Math.round(left + width * to - x - (point === "#clip-editor .edge-end" ? 24 : 0)),
    ];
    const { y, height } = await frame.getRect();
    const top = Math.round(y + height / 2 - (await driver.executeScript("return window.scrollY")));
    await driver
      .actions()
      .move({ x: from, y: top })
      .press()
      .move({ x: from + by, y: top, duration: 300 })
      .release()
      .perform();
  };
  await drag("#clip-editor .edge-start", 0.6);
  await until("the high half sounds", async () => (await level(2000)) > -50 && (await level(300)) < -60);
  const start = Number(await studio.element("#clip-editor [name=sourceStart]").getAttribute("value"));
  assert.ok(start > 5.4 && start < 6.4, `the field says ${start}`);
  const point = await studio.element("#clip-editor .edge-start");
  await point.sendKeys(Key.ARROW_RIGHT, Key.chord(Key.SHIFT, Key.ARROW_RIGHT));
  const moved = Number(await studio.element("#clip-editor [name=sourceStart]").getAttribute("value"));
  assert.ok(Math.abs(moved - start - 0.11) < 0.002, `${start} s and then ${moved} s`);
  await drag("#clip-editor .edge-end", 0.8);
  const lasts = Number(await studio.element("#clip-editor [name=duration]").getAttribute("value"));
  assert.ok(Math.abs(moved + lasts - 8) < 0.5, `it begins at ${moved} s and lasts ${lasts} s`);
  // The fields and the points are the same facts.
  await studio.type("#clip-editor [name=sourceStart]", "2");
  assert.equal(Number(await point.getAttribute("aria-valuenow")), 2);
  await session.screenshot("trim");
  await studio.click("#clip-editor [type=submit]");
  assert.equal((await studio.clips()).at(-1).length, `0:0${lasts.toFixed(1)}`);
});

test("a clip that cannot be read is named", async () => {
  const { studio } = session;
  await studio.replaceContent("2 high.wav", Buffer.from("no audio"));
  await studio.press(second, "Play from");
  await until("it is named", async () => (await studio.view()).problems.length > 0);
  const [problem] = (await studio.view()).problems;
  assert.match(problem, /^“2 high\.wav” cannot be played: /);
  assert.equal(await studio.element("#play").getText(), "Play");
});

const press = (key) => session.driver.actions().sendKeys(key).perform();
const text = (css) => session.studio.element(css).getText();
const until = (what, isSo) => session.driver.wait(isSo, 20_000, what);

/** The position that the ruler tells, in seconds. */
async function position() {
  return Number(await session.studio.element("#seek").getAttribute("aria-valuenow"));
}

/** The number of files of the package that were loaded and have this in their names. */
function requests(name) {
  const count = (part) => performance.getEntriesByType("resource").filter((entry) => entry.name.includes(part)).length;
  return session.driver.executeScript(count, `secuencia/${name}`);
}

/** The level of the sound at a frequency, in decibels. */
function level(hertz) {
  const measure = (frequency) => {
    const { tap } = window;
    if (tap?.context.state !== "running") return -200;
    const bins = new Float32Array(tap.frequencyBinCount);
    tap.getFloatFrequencyData(bins);
    return Math.max(-200, bins[Math.round((frequency * 2 * bins.length) / tap.context.sampleRate)]);
  };
  return session.driver.executeScript(measure, hertz);
}

/** The follow-along player in a page: it marks the lines being heard, and is accessible. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Key } from "selenium-webdriver";
import { engineNames } from "./engines.mjs";
import { assertNoLongTask, watchLongTasks } from "./long-tasks.mjs";
import { asWav, exportSample, openPlayerPage, webvttOf } from "./player.mjs";
import { startSession } from "./session.mjs";

/** The largest delay of a mark, in seconds of real time. */
const LATE_SECONDS = 0.3;
/** The time until the list has finished scrolling. */
const SCROLLED_MS = 1200;
const CHAPTERS = [
  { title: "The stairs", startTime: 0 },
  { title: "<b>The letter</b>", startTime: 15.5 },
  { title: "خاتمة", startTime: 60 },
];

const COVER = "www/icons/icon-512.png";

const folder = mkdtempSync(join(tmpdir(), "follow-along-"));
/** The sample's export. */
let sample;
/** The sample's script, with two extra lines that overlap others. */
let lines;
const pages = {};

before(async () => {
  const studio = await startSession();
  try {
    sample = await exportSample(studio, folder);
  } finally {
    await studio.close();
  }
  const odette = sample.lines.find(({ voice }) => voice === "ODETTE");
  lines = [
    ...sample.lines,
    { start: odette.start + 1.03, end: odette.start + 3.07, voice: "راوي", text: "مرحبا بكم في المنارة" },
    { start: odette.start + 2.11, end: odette.start + 4.13, text: 'No voice: & <i>no "markup"</i>' },
  ].sort((a, b) => a.start - b.start);
  for (const engine of engineNames) {
    // WebKit on Debian has no AAC decoder by default.
    const sound = engine === "webkit" ? asWav(sample.path) : sample.path;
    pages[engine] = await openPlayerPage(engine, folder, sound);
  }
});
after(async () => {
  for (const page of Object.values(pages)) await page.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const engine of engineNames) {
  const inEngine = (name, run) =>
    test(`${engine}: ${name}`, async () => {
      await pages[engine].follow(letter());
      await run(pages[engine]);
    });

  inEngine("every cue is a line: when, who and what, as text and not as markup", async (page) => {
    assert.deepEqual(
      await page.lines(),
      lines.map(({ start, voice, text }) => ({
        time: `${Math.floor(start / 60)}:${String(Math.floor(start % 60)).padStart(2, "0")}`,
        said: voice ? `${voice}: ${text}` : text,
      })),
    );
  });

  inEngine("the lines marked over time are those being spoken, overlapping ones together", async (page) => {
    const rate = 2;
    await page.seek(2);
    const samples = await page.play({ seconds: 8, rate });
    const near = (time) =>
      lines.some(({ start, end }) =>
        [start, end].some((edge) => time >= edge - 0.05 && time < edge + LATE_SECONDS * rate),
      );
    const clear = samples.filter(({ time }) => !near(time));
    assert.ok(clear.length > 30, `${clear.length} of ${samples.length}`);
    for (const { time, marked } of clear) assert.deepEqual(marked, spokenAt(time), `at ${time}`);
    const overlapping = Math.max(...clear.map(({ marked }) => marked.length));
    assert.ok(overlapping >= 4, "music, rain and two who speak");
  });

  inEngine("after a jump, paused or not, what is marked is right, also in a gap and at the end", async (page) => {
    for (const { start, end } of lines) {
      const middle = (start + end) / 2;
      await page.seek(middle);
      assert.deepEqual(await page.marked(), spokenAt(middle), `at ${middle}`);
    }
    const { end } = lines.find(({ voice }) => voice === "PIP");
    const gap = end + 0.2;
    await page.seek(gap);
    assert.deepEqual(await page.marked(), spokenAt(gap));
    await page.seek(sample.durationSeconds - 0.3);
    await page.playToEnd();
    assert.deepEqual(await page.marked(), [], "nothing is spoken after the end");
    // At the end, WebKitGTK completes a seek only while playing.
    await page.restart(4);
    const { time } = await page.state();
    assert.deepEqual(await page.marked(), spokenAt(time), `at ${time}`);
  });

  inEngine("a click on a line jumps there, and goes on or stays as it was", async (page) => {
    await page.seek(30);
    for (const index of [3, 5, 8, 11]) {
      await sleep(SCROLLED_MS);
      await page.clickLine(index);
      await page.settle();
      const { time, paused } = await page.state();
      assert.ok(paused && Math.abs(time - lines[index].start) < 0.002, `${time} for ${lines[index].start}`);
      assert.ok((await page.marked()).includes(index));
      assert.ok(
        !(await page.marked()).some((other) => other !== index && lines[other].end <= lines[index].start + 0.001),
      );
    }
    await sleep(SCROLLED_MS);
    await page.resume();
    await page.clickLine(6);
    await sleep(500);
    const { time, paused } = await page.state();
    assert.ok(!paused && time > lines[6].start && time < lines[6].start + 1.5, `${time} for ${lines[6].start}`);
    await page.pause();
  });

  inEngine("the chapter being heard is marked, and a click on one jumps there", async (page) => {
    assert.deepEqual(await page.chapters(), ["The stairs 0:00", "<b>The letter</b> 0:15", "خاتمة 1:00"]);
    for (const [time, index] of [
      [3, 0],
      [59.9, 1],
      [70, 2],
    ]) {
      await page.seek(time);
      assert.equal(await page.chapter(), index);
    }
    await page.clickChapter(1);
    await page.settle();
    assert.equal(await page.chapter(), 1);
    assert.ok(Math.abs((await page.state()).time - 15.5) < 0.002);
  });
}

test("a script is one stop for Tab, the arrow keys go through its lines, and Enter jumps", async () => {
  const page = await started();
  await page.seek(22);
  await page.keys(Key.TAB);
  await page.tabTo("chapter 1", "the chapter being heard");
  await page.keys(Key.ARROW_DOWN);
  assert.equal(await page.focus(), "chapter 2");
  await page.keys(Key.TAB);
  const current = (await page.marked()).at(-1);
  assert.equal(await page.focus(), `line ${current}`, "the line being spoken");
  await page.keys(Key.ARROW_DOWN, Key.ARROW_DOWN, Key.ARROW_UP);
  assert.equal(await page.focus(), `line ${current + 1}`);
  await page.keys(Key.END);
  assert.equal(await page.focus(), `line ${lines.length - 1}`);
  await page.keys(Key.ARROW_DOWN);
  assert.equal(await page.focus(), `line ${lines.length - 1}`, "there is nothing behind the last");
  await page.keys(Key.HOME, Key.ARROW_DOWN, Key.ARROW_DOWN);
  assert.equal(await page.focus(), "line 2");
  assert.ok(Math.abs((await page.state()).time - 22) < 0.01, "moving is not jumping");
  await page.keys(Key.ENTER);
  await page.settle();
  const { time, paused } = await page.state();
  assert.ok(paused && Math.abs(time - lines[2].start) < 0.002, String(time));
  assert.ok((await page.marked()).includes(2));
  await page.keys(Key.TAB);
  assert.doesNotMatch(await page.focus(), /line/, "Tab leaves the list");
});

test("what is selected stays selected: a drag over a line does not jump", async () => {
  const page = await started();
  await page.seek(30);
  const { x, y, width } = await page.placeOf("#line-8");
  await page.driver
    .actions()
    .move({ x: x + 5, y })
    .press()
    .move({ x: x + Math.min(width, 200), y })
    .release()
    .perform();
  await page.settle();
  assert.ok(Math.abs((await page.state()).time - 30) < 0.01);
});

test("the list follows the voice, but not while the reader is elsewhere in it", async () => {
  const page = await started();
  const last = lines.length - 1;
  const back = async () => (await page.element(".back")).isDisplayed();
  await page.seek(lines[last].start + 0.1);
  await sleep(SCROLLED_MS);
  assert.ok(await page.sees(last), "it comes into view");
  assert.ok(!(await page.sees(0)));

  await page.wheel(-10_000);
  assert.ok(await page.sees(0));
  assert.ok(await back(), "there is a way back");
  await page.driver.executeScript("document.activeElement.blur()");
  const before = await page.play({ seconds: 0.2 }).then(() => page.state());
  // The next line begins without a jump.
  await page.seek(lines[last - 1].end - 0.3);
  await sleep(SCROLLED_MS);
  await page.wheel(-10_000);
  await page.play({ seconds: 1.5 });
  assert.equal((await page.state()).scrolled, 0, `${before.scrolled}`);
  await page.click(".back");
  await sleep(SCROLLED_MS);
  const current = (await page.marked()).at(-1);
  assert.ok(await page.sees(current));
  assert.ok(!(await back()));
  assert.equal(await page.focus(), `line ${current}`, "the focus is not lost with the button");

  await page.seek(lines[last - 1].end - 0.3);
  await page.keys(Key.HOME);
  assert.equal(await page.focus(), "line 0");
  await page.play({ seconds: 1.5 });
  assert.equal((await page.state()).scrolled, 0, "the focused line stays in view");
});

test("a player that was hidden shows the line being spoken when it is seen again", async () => {
  const page = await started();
  const hide = (hidden) =>
    page.driver.executeScript((isHidden) => {
      document.querySelector("main").hidden = isHidden;
    }, hidden);
  const last = lines.length - 1;
  await hide(true);
  await page.seek(lines[last].start + 0.1);
  await hide(false);
  await sleep(SCROLLED_MS);
  assert.ok(await page.sees(last));
  assert.ok(!(await (await page.element(".back")).isDisplayed()), "nobody has scrolled away");
});

test("who asks for less motion sees the list jump, and others see it glide", async () => {
  const page = await started();
  for (const [preference, isGliding] of [
    ["reduce", false],
    ["no-preference", true],
  ]) {
    await page.prefer("prefers-reduced-motion", preference);
    await page.seek(0.1);
    await sleep(SCROLLED_MS);
    const places = await page.scrollPlaces(lines.at(-1).start + 0.1);
    assert.equal(places.length > 2, isGliding, `${preference}: ${places}`);
  }
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds no fault in ${scheme}, wide and narrow`, async () => {
    const page = await started();
    await page.prefer("prefers-color-scheme", scheme);
    await page.seek(lines.find(({ voice }) => voice === "ODETTE").start + 2.5);
    await page.play({ seconds: 0.2 });
    for (const [name, width] of [
      ["wide", 1280],
      ["narrow", 390],
    ]) {
      await page.resize(width, 844);
      await sleep(SCROLLED_MS);
      await page.session.screenshot(`follow-along-${name}-${scheme}`);
      assert.deepEqual(await page.faults(), [], name);
    }
  });
}

test("ten thousand lines come without holding the page up, and are as quick to go through", async (t) => {
  const page = pages.chromium;
  const many = Array.from({ length: 10_000 }, (_, index) => ({
    start: index * 0.0078,
    end: index * 0.0078 + 0.007,
    voice: `Voice ${index % 9}`,
    text: `Line ${index}, which says enough to be wrapped where the player is as narrow as it is on a telephone.`,
  }));
  await watchLongTasks(page.driver);
  await page.follow({ ...letter(), webvtt: webvttOf(many) });
  const { atOnceMs, listedMs } = await page.timings();
  assert.equal((await page.lines()).length, 10_000);
  t.diagnostic(`${atOnceMs.toFixed(0)} ms at once, ${listedMs.toFixed(0)} ms until listed`);
  assert.ok(listedMs < 3000, `${listedMs} ms`);
  await assertNoLongTask(page.driver, 100);
  await page.session.screenshot("follow-along-many");

  await watchLongTasks(page.driver);
  await page.seek(many[7000].start + 0.003);
  await sleep(SCROLLED_MS);
  assert.deepEqual(await page.marked(), [7000]);
  assert.ok(await page.sees(7000), "also after a long way");
  await page.resume();
  await sleep(2000);
  await page.wheel(-5000);
  await page.pause();
  // Marking and scrolling cause no long task either.
  await assertNoLongTask(page.driver, 100);
});

test("hostile words are words", async () => {
  const page = pages.chromium;
  const evil = `</p><img src=x onerror="document.title='hit'"><script>document.title='hit'</script> --> &lt; "' \u2028`;
  await page.follow({
    webvtt: webvttOf([{ start: 0, end: 2, voice: evil, text: evil }]),
    chapters: [{ title: evil, startTime: 0 }],
    title: evil,
  });
  const [{ said }] = await page.lines();
  assert.ok(said.includes("<script>document.title='hit'</script>"), said);
  assert.ok((await page.chapters())[0].startsWith(evil));
  assert.equal(await page.driver.getTitle(), "A page with a player");
  assert.equal(await page.driver.executeScript(() => window.root.querySelectorAll("img, script").length), 0);
});

test("what is no WebVTT, and a script without a line, are said to be so", async () => {
  const page = pages.chromium;
  for (const webvtt of ["no captions", "WEBVTT\n"]) {
    await page.follow({ webvtt });
    assert.equal(await (await page.element(".script")).getText(), "There is no script to show.");
    assert.deepEqual(await page.faults(), []);
  }
});

test("it follows a media element that the page has, and leaves it as it was", async () => {
  const page = await started();
  const found = await page.driver.executeAsyncScript(followOwnElement, webvttOf(lines), lines[4].start + 0.1);
  assert.deepEqual(found, {
    marked: spokenAt(lines[4].start + 0.1),
    isInPlace: true,
    players: 0,
    tracks: 0,
    isLoaded: true,
    time: found.time,
  });
  assert.ok(Math.abs(found.time - lines[4].start - 0.1) < 0.01);
});

test("a player that is destroyed plays no more, and is gone", async () => {
  const page = await started();
  await page.resume();
  const left = await page.driver.executeScript(() => {
    const { audio } = window.player;
    window.player.destroy();
    return { paused: audio.paused, source: audio.currentSrc, players: document.querySelector("main").children.length };
  });
  assert.equal(left.players, 0);
  assert.ok(left.paused);
});

// This test is the last, because it leaves the page. Its screenshot is docs/follow-along.png.
test("the sample's export becomes a file of its own, which plays where it is put", async () => {
  const page = await started();
  const chapters = [
    { title: "The stairs", startTime: 0 },
    { title: "The letter", startTime: 24.6 },
    { title: "The light", startTime: 55.3 },
  ];
  const title = "A Letter for the Lighthouse";
  const script = { webvtt: webvttOf(sample.lines), chapters, title, cover: readFileSync(COVER, "base64") };
  const path = await page.makeFile(script, join(folder, `${title}.html`));
  const [soundBytes, fileBytes] = [statSync(sample.path).size, statSync(path).size];
  assert.ok(fileBytes < (soundBytes * 4) / 3 + 60_000, `${fileBytes} bytes for ${soundBytes} of sound`);
  await page.prefer("prefers-color-scheme", "light");
  await page.resize(1100, 720);
  await page.open(path);
  const { start } = sample.lines.find(({ text }) => text.startsWith("Pip, you are"));
  await page.seek(start + 1);
  const { time } = await page.play({ seconds: 1 }).then((samples) => samples.at(-1));
  await sleep(SCROLLED_MS);
  assert.ok(time > start + 1.5);
  assert.deepEqual(
    await page.marked(),
    sample.lines.flatMap((line, index) => (line.start <= time && time < line.end ? [index] : [])),
  );
  await page.session.screenshot("follow-along");
});

/** Returns Chromium's page with a player of the sample. */
async function started() {
  await pages.chromium.resize(1280, 900);
  await pages.chromium.follow(letter());
  return pages.chromium;
}

function letter() {
  return { webvtt: webvttOf(lines), chapters: CHAPTERS, title: "A letter", language: "en" };
}

/** Returns the indices of the lines spoken at a time, in seconds. */
function spokenAt(time) {
  return lines.flatMap(({ start, end }, index) => (start <= time && time < end ? [index] : []));
}

// The functions below run in the page.

async function followOwnElement(webvtt, time, done) {
  window.player.destroy();
  const own = document.createElement("audio");
  own.src = "sound";
  document.body.append(own);
  await new Promise((ready) => own.addEventListener("loadeddata", ready));
  const main = document.querySelector("main");
  window.player = window.followAlong(main, { audio: own, webvtt });
  window.root = main.querySelector("div").shadowRoot;
  while (window.root.querySelector(".script [role=list]").ariaBusy) await new Promise((next) => setTimeout(next, 5));
  own.currentTime = time;
  await new Promise((ready) => own.addEventListener("seeked", () => setTimeout(ready, 100)));
  const found = { marked: window.marked(), isInPlace: own.parentElement === document.body };
  window.player.destroy();
  const { readyState, currentTime, children } = own;
  own.remove();
  done({
    ...found,
    players: main.children.length,
    tracks: children.length,
    isLoaded: readyState > 0,
    time: currentTime,
  });
}

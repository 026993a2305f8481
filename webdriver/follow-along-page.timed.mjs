/** The follow-along file is one .html that opens from disk and plays offline. Its policy blocks everything else. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { engineNames } from "./engines.mjs";
import { openPlayerPage, PlayerPage, webvttOf } from "./player.mjs";
import { startSession } from "./session.mjs";

/** The file has slices of 1.5 MiB. This length needs five, the last of them partial. */
const SECONDS = 80;
const HOSTILE = `</title></script><script>document.title = "hit"</script>"'<!--\u2028&amp;`;
const LINES = Array.from({ length: 40 }, (_, index) => ({
  start: index * 2 + 0.25,
  end: index * 2 + 2.5,
  voice: index % 2 ? "ODETTE" : `PIP ${HOSTILE}`,
  text: `Line ${index}: ${HOSTILE}`,
}));
const CHAPTERS = [
  { title: "One", startTime: 0 },
  { title: HOSTILE, startTime: 50 },
];
const COVER = "www/icons/icon-192.png";

const folder = mkdtempSync(join(tmpdir(), "follow-along-"));
const sound = join(folder, "tones.wav");
/** The path of a file with everything, and of a minimal one. */
let full;
let bare;
before(async () => {
  const tones = ["-f", "lavfi", "-i", `sine=frequency=440:sample_rate=48000:duration=${SECONDS}`];
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", ...tones, sound]);
  const page = await openPlayerPage("chromium", folder, sound);
  try {
    const script = {
      webvtt: webvttOf(LINES),
      chapters: CHAPTERS,
      title: HOSTILE,
      language: "pt-BR",
      voices: ["ODETTE"],
    };
    full = await page.makeFile({ ...script, cover: readFileSync(COVER, "base64") }, join(folder, "full.html"));
    bare = await page.makeFile({ webvtt: webvttOf(LINES) }, join(folder, "bare.html"));
  } finally {
    await page.close();
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("the file holds the sound byte for byte", () => {
  const html = readFileSync(full, "utf8");
  const slices = [...html.matchAll(/class="audio">([^<]*)</g)].map(([, base64]) => Buffer.from(base64, "base64"));
  assert.equal(slices.length, 5);
  assert.ok(Buffer.concat(slices).equals(readFileSync(sound)));
});

test("without scripts, there is the script to read", () => {
  const html = readFileSync(bare, "utf8");
  const [, text] = /<noscript>.*?<pre[^>]*>(.*?)<\/pre>/s.exec(html);
  assert.ok(text.includes("Line 39"));
  assert.ok(!/<(?!\/?(p|pre)\b)/.test(text));
});

for (const engine of engineNames) {
  test(`${engine}: the file opens from disk, plays, marks and fetches nothing`, async () => {
    const page = new PlayerPage(await startSession(engine));
    try {
      await page.open(full);
      const found = await page.driver.executeScript(lookAround);
      assert.equal(found.title, HOSTILE);
      assert.equal(found.heading, HOSTILE);
      assert.equal(found.language, "pt-BR");
      assert.ok(found.coverWidth > 0, "the cover is shown");
      assert.deepEqual(found.fetched, []);
      assert.equal(found.firstVoice, "2", "ODETTE, who speaks second, has the first colour");
      assert.equal(found.scripts, 2, "the content and the player; the sound's own elements are gone");
      assert.ok(Math.abs(found.duration - SECONDS) < 0.05, String(found.duration));

      const lines = await page.lines();
      assert.deepEqual(
        lines.map(({ said }) => said),
        LINES.map(({ voice, text }) => `${voice}: ${text}`),
      );
      assert.deepEqual(
        (await page.chapters()).map((words) => words.replace(/ \S+$/, "")),
        CHAPTERS.map(({ title }) => title),
      );
      await page.seek(77);
      assert.deepEqual(await page.marked(), [38], "a line of the last slice");
      assert.equal(await page.chapter(), 1);
      const samples = await page.play({ seconds: 1 });
      assert.ok(samples.at(-1).time > 77.4);
      await page.clickChapter(0);
      await page.settle();
      assert.equal(await page.chapter(), 0);
      assert.deepEqual((await page.driver.executeScript(lookAround)).fetched, []);
    } finally {
      await page.close();
    }
  });
}

test("a file of a sound and its script alone plays as well", async () => {
  await opened(bare, async (page) => {
    assert.equal((await page.lines()).length, LINES.length);
    assert.deepEqual(await page.chapters(), []);
    assert.deepEqual(await page.faults(), []);
  });
});

test("the file's policy lets nothing run but the player, and nothing load", async () => {
  await opened(full, async (page) => {
    const { blocked } = await page.driver.executeAsyncScript(tryToLeave);
    assert.deepEqual(blocked.sort(), [
      "connect-src",
      "img-src",
      "script-src-attr",
      "script-src-elem",
      "style-src-attr",
    ]);
    assert.equal(await page.driver.getTitle(), HOSTILE);
  });
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds no fault in the file in ${scheme}, wide and narrow`, async () => {
    await opened(full, async (page) => {
      await page.prefer("prefers-color-scheme", scheme);
      await page.seek(51);
      for (const [name, width] of [
        ["wide", 1280],
        ["narrow", 390],
      ]) {
        await page.resize(width, 844);
        await sleep(300);
        const [spoken] = await page.marked();
        assert.ok(await page.sees(spoken), "a window that becomes narrower loses no line");
        await page.session.screenshot(`follow-along-page-${name}-${scheme}`);
        assert.deepEqual(await page.faults(), [], name);
      }
    });
  });
}

test("on paper it is the whole script", async () => {
  await opened(full, async (page) => {
    await page.driver.sendDevToolsCommand("Emulation.setEmulatedMedia", { media: "print" });
    const { hidden, cut } = await page.driver.executeScript(() => {
      const view = window.root.querySelector(".view");
      return {
        hidden: getComputedStyle(window.player.audio).display === "none",
        cut: view.scrollHeight - view.clientHeight,
      };
    });
    assert.ok(hidden);
    assert.equal(cut, 0);
    const { data } = await page.driver.sendAndGetDevToolsCommand("Page.printToPDF", {});
    const pages = Buffer.from(data, "base64")
      .toString("latin1")
      .match(/\/Type \/Page\b/g).length;
    assert.ok(pages > 1, `${pages} pages`);
  });
});

/** Opens a file in Chromium, and closes it after `use`. */
async function opened(path, use) {
  const page = new PlayerPage(await startSession());
  try {
    await page.open(path);
    await use(page);
  } finally {
    await page.close();
  }
}

// The functions below run in the page.

function lookAround() {
  return {
    title: document.title,
    heading: document.querySelector("h1").textContent,
    language: document.documentElement.lang,
    firstVoice: window.root.querySelector(".voice").dataset.voice,
    coverWidth: document.querySelector("img").naturalWidth,
    scripts: document.scripts.length,
    duration: window.player.audio.duration,
    // Blobs and data URLs are made by the page itself, not fetched.
    fetched: performance
      .getEntriesByType("resource")
      .map(({ name }) => name)
      .filter((name) => !/^(blob|data):/.test(name)),
  };
}

/** Tries everything that a hostile title would. Returns what the browser blocked. */
function tryToLeave(done) {
  const blocked = new Set();
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => blocked.add(effectiveDirective));
  fetch("https://example.com/").catch(() => {});
  const hit = "document.title = 'hit'";
  const box = document.createElement("div");
  box.innerHTML = `<img src="https://example.com/a.png" onerror="${hit}"><p style="color: red">`;
  const script = document.createElement("script");
  script.textContent = hit;
  document.body.append(box, script);
  setTimeout(() => done({ blocked: [...blocked] }), 300);
}

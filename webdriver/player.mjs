/** A page with a follow-along player, on its own site. Tests see and operate it as a reader would. */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { By, Key } from "selenium-webdriver";
import { parseProjectFile } from "../package/project.ts";
import { placeClips } from "../www/src/project/placement.ts";
import { faultsOf } from "./axe.mjs";
import { startSession } from "./session.mjs";

/**
 * A spoken line, with its times in seconds.
 *
 * @typedef {object} Line
 * @property {number} start
 * @property {number} end
 * @property {string} [voice]
 * @property {string} text
 */

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A page with a player</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="page.css">
<script type="module" src="page.js"></script>
<header><h1>A page with a player</h1></header>
<main></main>
`;
const STYLE = ":root { color-scheme: light dark; } body { margin: 1rem; font-family: system-ui, sans-serif; }";
const SCRIPT = 'import * as all from "./secuencia/follow-along.js"; Object.assign(window, all);';

/**
 * Exports the sample through the studio.
 *
 * @param {Awaited<ReturnType<typeof startSession>>} session
 * @param {string} folder
 * @returns {Promise<{ path: string, durationSeconds: number, lines: Line[] }>} the file in the folder, and its script,
 *   ordered by time
 */
export async function exportSample({ studio, browser, driver, site }, folder) {
  await studio.open(site.url);
  const { result } = await studio.export();
  const path = join(folder, "sample.m4a");
  copyFileSync(await browser.take(result.name), path);
  const assets = new Map(await driver.executeAsyncScript(readAssets));
  const project = parseProjectFile(readFileSync("www/sample/project.json", "utf8"));
  const clips = project.clips.map((clip) => ({ lane: 0, ...clip, assetId: `sample/${clip.file}` }));
  const placed = placeClips({ ...project, clips }, (id) => assets.get(id));
  const lines = placed
    .map(({ clip: { text, voice }, start, length }) => ({ start, end: start + length, voice, text }))
    .sort((a, b) => a.start - b.start);
  return { path, durationSeconds: result.durationSeconds, lines };
}

/** Converts the sound to a WAV file beside it, for a browser without an AAC decoder. */
export function asWav(path) {
  const wav = path.replace(/\.m4a$/, ".wav");
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", "-i", path, "-ac", "1", "-ar", "22050", wav]);
  return wav;
}

/** Formats lines as a WebVTT file. */
export function webvttOf(lines) {
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const cues = lines.map(({ start, end, voice, text }) => {
    const said = voice ? `<v ${escaped(voice)}>${escaped(text)}</v>` : escaped(text);
    return `${stamp(start)} --> ${stamp(end)}\n${said}\n`;
  });
  return `WEBVTT\n\n${cues.join("\n")}`;
}

/** Formats seconds as `00:01:02.345`. */
function stamp(seconds) {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, -1);
}

/**
 * Opens a browser on an empty page that has loaded the package's player, under the site's Content-Security-Policy.
 *
 * @param {"chromium" | "firefox" | "webkit"} engine
 * @param {string} folder the folder for the site
 * @param {string} sound the file to play
 */
export async function openPlayerPage(engine, folder, sound) {
  const site = join(folder, engine);
  mkdirSync(site);
  cpSync("dist/secuencia", join(site, "secuencia"), { recursive: true });
  copyFileSync(sound, join(site, "sound"));
  writeFileSync(join(site, "index.html"), PAGE);
  writeFileSync(join(site, "page.css"), STYLE);
  writeFileSync(join(site, "page.js"), SCRIPT);
  const session = await startSession(engine, site);
  await session.driver.get(session.site.url);
  return new PlayerPage(session);
}

export class PlayerPage {
  constructor(session) {
    this.session = session;
    this.driver = session.driver;
  }

  close() {
    return this.session.close();
  }

  /** Creates a player of the page's sound, replacing the last one, and waits for its lines. */
  async follow(options) {
    await this.#run(startPlayer, options);
    await this.#run(adoptPlayer);
  }

  /** Makes a follow-along file of the page's sound with the package, and saves it at a path. */
  async makeFile(options, path) {
    await this.#run(offerFile, options, basename(path));
    await this.driver.findElement(By.css("#file")).click();
    copyFileSync(await this.session.browser.take(basename(path)), path);
    return path;
  }

  /** Opens a follow-along file from disk, and waits for its lines. */
  async open(path) {
    await this.driver.get(pathToFileURL(path).href);
    await this.#run(adoptPlayer);
  }

  /** Runs a script that returns an error message, if any, and throws it. */
  async #run(script, ...values) {
    const fault = await this.driver.executeAsyncScript(script, ...values);
    if (fault) throw new Error(fault);
  }

  /** Returns the listed lines: `time`, and the text with its voice. */
  lines() {
    return this.driver.executeScript(() =>
      [...window.root.querySelectorAll(".item")].map((item) => ({
        time: item.querySelector("button").textContent,
        said: item.querySelector("p").textContent,
      })),
    );
  }

  /** Returns the indices of the marked lines. */
  marked() {
    return this.driver.executeScript(() => window.marked());
  }

  /** Returns the listed chapters. */
  chapters() {
    return this.driver.executeScript(() => [...window.root.querySelectorAll("nav li")].map((item) => item.textContent));
  }

  /** Returns the index of the marked chapter; -1 for none. */
  chapter() {
    return this.driver.executeScript(() =>
      [...window.root.querySelectorAll("nav button")].findIndex((button) => button.ariaCurrent === "true"),
    );
  }

  /** Returns the player's `time`, `paused`, and the list's scroll position. */
  state() {
    return this.driver.executeScript(() => ({
      time: window.player.audio.currentTime,
      paused: window.player.audio.paused,
      scrolled: window.root.querySelector(".view").scrollTop,
    }));
  }

  /** Seeks to a time, and waits until the player is there. */
  async seek(seconds) {
    await this.driver.executeScript((time) => {
      window.player.audio.currentTime = time;
    }, seconds);
    await this.settle();
  }

  /** Waits until a seek has completed and the marks have changed. */
  settle() {
    return this.driver.executeAsyncScript((done) => {
      const { audio } = window.player;
      const arrived = () => setTimeout(done, 100);
      if (audio.seeking) audio.addEventListener("seeked", arrived, { once: true });
      else arrived();
    });
  }

  /** Plays for some seconds. Returns the marked lines over time, many times a second. */
  async play({ seconds, rate = 1 }) {
    const samples = await this.driver.executeAsyncScript(playAndWatch, seconds, rate);
    await this.pause();
    return samples;
  }

  /** Resumes playing, and returns at once. */
  resume() {
    return this.driver.executeAsyncScript((done) => window.player.audio.play().then(() => done()));
  }

  /** Plays briefly from a time on, then pauses. */
  async restart(seconds) {
    await this.driver.executeScript((time) => {
      window.player.audio.currentTime = time;
    }, seconds);
    await this.resume();
    await this.settle();
    await this.pause();
  }

  async pause() {
    await this.driver.executeScript(() => window.player.audio.pause());
    // The last marks arrive as events.
    await sleep(50);
  }

  /** Plays to the end. */
  playToEnd() {
    return this.driver.executeAsyncScript((done) => {
      const { audio } = window.player;
      audio.addEventListener("ended", () => setTimeout(done, 100), { once: true });
      audio.play();
    });
  }

  /** Returns an element in the player. */
  element(css) {
    return this.driver.executeScript((selector) => window.root.querySelector(selector), css);
  }

  clickLine(index) {
    return this.click(`#line-${index}`);
  }

  clickChapter(index) {
    return this.click(`nav li:nth-child(${index + 1}) button`);
  }

  /** Clicks an element in the player by its position. WebKit's driver cannot click in a shadow tree by itself. */
  async click(css) {
    const { x, y, width } = await this.placeOf(css);
    await this.driver
      .actions()
      .move({ x: x + Math.round(width / 2), y })
      .click()
      .perform();
  }

  /** Returns an element's position in the window: the middle of its left edge, and its width. */
  placeOf(css) {
    return this.driver.executeScript((selector) => {
      const element = window.root.querySelector(selector);
      element.scrollIntoView({ block: "nearest", behavior: "instant" });
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: Math.round(left), y: Math.round(top + height / 2), width };
    }, css);
  }

  keys(...sequence) {
    return this.driver
      .actions()
      .sendKeys(...sequence)
      .perform();
  }

  /** Presses Tab until `wanted` has the focus; see `focus`. */
  async tabTo(wanted, name) {
    for (let presses = 0; presses < 20; presses += 1) {
      if ((await this.focus()) === wanted) return;
      await this.keys(Key.TAB);
    }
    throw new Error(`Tab does not reach ${name}`);
  }

  /** Turns the wheel over the list of lines, and waits until scrolling ends. */
  async wheel(pixels) {
    const view = await this.element(".view");
    await this.driver.actions().scroll(0, 0, 0, pixels, view).perform();
    await sleep(500);
  }

  /** Returns the list's scroll positions while it moves to a time. */
  scrollPlaces(seconds) {
    return this.driver.executeAsyncScript(watchScroll, seconds);
  }

  /** Emulates a user preference. Chromium only. */
  prefer(name, value) {
    return this.driver.sendDevToolsCommand("Emulation.setEmulatedMedia", { features: [{ name, value }] });
  }

  /** Sets the page's width and height. Chromium only. */
  resize(width, height) {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    return this.driver.sendDevToolsCommand("Emulation.setDeviceMetricsOverride", metrics);
  }

  /** Returns all faults that axe finds. */
  faults() {
    return faultsOf(this.driver);
  }

  /** Returns the times in milliseconds for creating the player and for listing its lines. */
  timings() {
    return this.driver.executeScript(() => ({ atOnceMs: window.atOnceMs, listedMs: window.listedMs }));
  }

  /** Returns the focused element: a line or chapter with its index, or an element's name. */
  focus() {
    return this.driver.executeScript(() => {
      const focused = window.root.activeElement;
      for (const [name, css] of [
        ["line", ".item"],
        ["chapter", "li"],
      ]) {
        const item = focused?.closest(css);
        if (item) return `${name} ${[...window.root.querySelectorAll(css)].indexOf(item)}`;
      }
      return focused?.localName ?? document.activeElement.localName;
    });
  }

  /** Returns whether a line is visible. */
  sees(index) {
    return this.driver.executeScript((number) => {
      const view = window.root.querySelector(".view").getBoundingClientRect();
      const line = window.root.querySelectorAll(".item")[number].getBoundingClientRect();
      return line.bottom > view.top && line.top < view.bottom;
    }, index);
  }
}

// The functions below run in the page.

/** Returns the facts of each asset in the studio's library, by its ID. */
function readAssets(done) {
  import("/secuencia/index.js")
    .then(({ openLibrary }) => openLibrary({ database: "secuencia-studio" }))
    .then((library) => library.assets())
    .then((assets) => done(assets.map(({ id, durationSeconds, trim }) => [id, { durationSeconds, trim }])));
}

async function startPlayer(options, done) {
  try {
    window.player?.destroy();
    document.querySelector("main").replaceChildren();
    const audio = await (await fetch("sound")).blob();
    window.startedAt = performance.now();
    window.player = window.followAlong(document.querySelector("main"), { audio, ...options });
    window.atOnceMs = performance.now() - window.startedAt;
    done();
  } catch (error) {
    done(String(error.message || error));
  }
}

/** Waits for the player and its lines, and exposes them to these tests on `window`. */
async function adoptPlayer(done) {
  const started = performance.now();
  const wait = async () => {
    if (performance.now() - started > 30_000) done("There is no player, or it has not come to its lines");
    await new Promise((next) => setTimeout(next, 5));
  };
  while (!document.querySelector("main > div")?.shadowRoot) await wait();
  window.root = document.querySelector("main > div").shadowRoot;
  window.player ??= { audio: window.root.querySelector("audio") };
  window.marked = () =>
    [...window.root.querySelectorAll(".item")].flatMap((item, index) =>
      item.firstElementChild.ariaCurrent === "true" ? [index] : [],
    );
  const { audio } = window.player;
  // Without a script there is no list.
  const isBusy = () => window.root.querySelector("[aria-busy=true]") !== null;
  while (!audio.error && (isBusy() || audio.readyState === 0)) await wait();
  window.listedMs = performance.now() - window.startedAt;
  done(audio.error?.message);
}

async function offerFile({ cover, ...options }, name, done) {
  try {
    const audio = await (await fetch("sound")).blob();
    const picture = cover && new Blob([Uint8Array.from(atob(cover), (c) => c.charCodeAt(0))], { type: "image/png" });
    const link = document.querySelector("#file") ?? document.body.appendChild(document.createElement("a"));
    const file = await window.followAlongPage({ audio, ...options, ...(picture && { cover: picture }) });
    link.href = URL.createObjectURL(file);
    link.id = "file";
    link.download = link.textContent = name;
    done();
  } catch (error) {
    done(String(error.message || error));
  }
}

function watchScroll(time, done) {
  const view = window.root.querySelector(".view");
  const places = [view.scrollTop];
  const watching = setInterval(() => {
    if (view.scrollTop !== places.at(-1)) places.push(view.scrollTop);
  }, 10);
  window.player.audio.currentTime = time;
  setTimeout(() => {
    clearInterval(watching);
    done(places);
  }, 1500);
}

function playAndWatch(seconds, rate, done) {
  const { audio } = window.player;
  const samples = [];
  audio.playbackRate = rate;
  audio.play().then(() => {
    const watching = setInterval(() => samples.push({ time: audio.currentTime, marked: window.marked() }), 50);
    setTimeout(() => {
      clearInterval(watching);
      audio.playbackRate = 1;
      done(samples);
    }, seconds * 1000);
  });
}

/** The page speaks the reader's language: English, or Spanish without a word of English, also without a network. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { By, Key } from "selenium-webdriver";
import { en } from "../www/src/words/en.ts";
import { enLater } from "../www/src/words/en-later.ts";
import { spanish } from "../www/src/words/es.ts";
import { writeTone } from "./audio.mjs";
import { faultsOf, SERIOUS } from "./axe.mjs";
import { startSession } from "./session.mjs";

let session;
let studio;
let driver;
before(async () => {
  session = await startSession("chromium", undefined, "es-ES");
  ({ studio, driver } = session);
  await studio.open(session.site.url);
});
after(() => session?.close());

/** The texts of a catalogue that are no functions. */
const textsOf = (catalogue) =>
  Object.values(catalogue)
    .flatMap((room) => Object.values(room))
    .flatMap((entry) => (typeof entry === "object" ? Object.values(entry) : entry))
    .filter((entry) => typeof entry === "string")
    .map((text) => text.trim());

/** The English texts that are not Spanish too, and words that Spanish does not have. */
const SPANISH = new Set(textsOf({ ...spanish.words, ...spanish.later }));
const ENGLISH = new Set(textsOf({ ...en, ...enLater }).filter((text) => !SPANISH.has(text)));
const ENGLISH_WORDS =
  /\b(?:the|and|of|with|is|are|was|were|your|not|this|that|from|for|in|on|it|its|by|to|you|can|could)\b/i;

test("a reader of Spanish finds no English on the way from audio to a file, and axe no fault", async () => {
  assert.equal(await driver.executeScript(() => document.documentElement.lang), "es");

  // The sample is a scene in English.
  await studio.click("#begin-new");
  await driver.wait(async () => (await studio.clips()).length === 0);
  await studio.type("#project-name", `Prueba${Key.TAB}`);
  await assertSpanish("an empty project");
  await studio.export();
  await assertSpanish("nothing to export");

  await studio.addAudio(
    writeTone(join(session.folder, "uno.wav"), { frequency: 440, seconds: 2 }),
    writeTone(join(session.folder, "dos.wav"), { frequency: 660, seconds: 1 }),
  );
  await studio.click("#select");
  await studio.click(".selection .link");
  await assertSpanish("two clips, selected");
  await studio.click("#select");
  await studio.click("#play");
  await driver.wait(() => driver.executeScript(() => /0:0[1-9]/.test(document.querySelector("#position").textContent)));
  await assertSpanish("playing");
  await studio.click("#play");

  const [first] = await studio.clips();
  await studio.openClip(first.id);
  await assertSpanish("a clip's dialog");
  await studio.type("#clip-editor [name=text]", "¿Quién llama?");
  await studio.element("#clip-editor [name=text]").sendKeys(Key.ESCAPE);
  await assertSpanish("a question");
  await studio.click("#clip-editor [type=submit]");

  for (const tab of ["sound", "about"]) {
    await studio.openFile(tab);
    await assertSpanish(`the file's settings, ${tab}`);
    await driver.findElement(By.css("#file-settings .buttons button:not([type=submit])")).click();
  }
  await studio.openScript();
  await studio.type("#script-text", "BRAM: El correo, señora.\nODETTE: Pase usted.");
  await driver.wait(() => driver.executeScript(() => document.querySelector(".script-line") !== null));
  await assertSpanish("the script");
  await driver.findElement(By.css("#script-dialog .buttons button:not([type=submit])")).click();
  for (const menu of ["save", "history"]) {
    await studio.click(`#${menu}`);
    await assertSpanish(`the menu ${menu}`);
    await studio.element(`#${menu}`).sendKeys(Key.ESCAPE);
  }
  await studio.click("#health");
  await driver.wait(() => driver.executeScript(() => document.querySelector("#health-report")?.open ?? false));
  await assertSpanish("the health report");
  await studio.click("#health-report [type=submit]");

  const phases = new Set();
  const { state } = await studio.export(({ message }) => phases.add(message));
  assert.equal(state, "done");
  assert.deepEqual([...phases].filter(isEnglish), []);
  await assertSpanish("a result");
  await studio.click("#figures summary");
  await studio.openResult();
  await assertSpanish("the result's script");

  const refused = {
    "factura.pdf": ["%PDF-1.7 of another", "No se pudo añadir factura.pdf: es un documento PDF y no tiene audio."],
    "nota.wav": ["a note, not a sound", "No se pudo añadir nota.wav: no es un archivo de audio que se admita."],
    "vacío.mp3": ["", "No se pudo añadir vacío.mp3: el archivo está vacío."],
  };
  for (const [name, [content, notice]] of Object.entries(refused)) {
    writeFileSync(join(session.folder, name), content);
    await studio.addAudio(join(session.folder, name));
    const { problems } = await studio.view();
    assert.ok(problems.includes(notice), problems.join(" "));
    await assertSpanish(`the refused ${name}`);
  }

  await studio.replaceContent("dos.wav", undefined);
  const { error } = await studio.export();
  assert.equal(error.code, "missing-asset");
  await assertSpanish("a failure");
});

test("another language is spoken at once, keeps the project, and is remembered", async () => {
  const clips = await studio.clips();
  const resultOf = async () => (await studio.view()).error?.code;
  const failure = await resultOf();
  await studio.click(".languages [lang=en]");
  await driver.wait(() => driver.executeScript(() => document.documentElement.lang === "en"));
  assert.equal(await studio.element("#add-audio").findElement(By.xpath("..")).getText(), en.header.addAudio);
  assert.deepEqual(
    (await studio.clips()).map(({ id, text, length }) => [id, text, length]),
    clips.map(({ id, text, length }) => [id, text, length.replace(",", ".")]),
  );
  assert.equal(await resultOf(), failure);
  await studio.reload();
  assert.equal(await driver.executeScript(() => document.documentElement.lang), "en");
  assert.deepEqual(
    (await studio.clips()).map(({ id }) => id),
    clips.map(({ id }) => id),
  );
  await studio.click(".languages [lang=es]");
  await driver.wait(() => driver.executeScript(() => document.documentElement.lang === "es"));
});

test("Spanish is there without a network", async () => {
  await driver.executeAsyncScript((done) => navigator.serviceWorker.ready.then(() => done()));
  await session.site.close();
  await driver.setNetworkConditions({ offline: true, latency: 0, download_throughput: 0, upload_throughput: 0 });
  await studio.reload();
  await assertSpanish("offline");
});

test("a reader of English does not load the Spanish words", async () => {
  const english = await startSession();
  try {
    await english.studio.open(english.site.url);
    const loaded = await english.driver.executeScript(() =>
      performance.getEntriesByType("resource").map(({ name }) => name),
    );
    assert.ok(loaded.some((name) => name.endsWith("/app.js")));
    assert.deepEqual(
      loaded.filter((name) => name.includes("app-es-")),
      [],
    );
  } finally {
    await english.close();
  }
});

/** Fails if the page shows or tells anything in English, or axe finds a serious fault. */
async function assertSpanish(state) {
  await session.screenshot(`es-${state.replaceAll(/\W+/g, "-")}`);
  const told = await driver.executeScript(toldByPage);
  assert.ok(told.length > 10, `${state}: ${told.length} texts`);
  assert.deepEqual(told.filter(isEnglish), [], state);
  assert.deepEqual(await faultsOf(driver, SERIOUS), [], state);
}

function isEnglish(text) {
  return ENGLISH.has(text.trim()) || ENGLISH_WORDS.test(text);
}

/** Every text that the page shows or tells a screen reader, except in parts that say that they are in English. */
function toldByPage() {
  const told = [];
  const isToRead = (element) => element.closest("[lang]") === document.documentElement && element.checkVisibility();
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) look(element.shadowRoot);
      if (element.closest("script, style, noscript")) continue;
      if (root === document && !isToRead(element)) continue;
      for (const name of ["aria-label", "title", "placeholder", "alt", "aria-valuetext"]) {
        if (element.getAttribute(name)) told.push(element.getAttribute(name));
      }
      for (const node of element.childNodes) {
        if (node.nodeType === Node.TEXT_NODE && node.data.trim()) told.push(node.data);
      }
    }
  };
  look(document);
  return told;
}

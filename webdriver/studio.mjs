/** The studio page as a user sees and operates it. Every test and the demo use this. */
import { setTimeout as sleep } from "node:timers/promises";
import { By, Key } from "selenium-webdriver";

/** The time without a visible change after which the page counts as stalled. */
const STALL_MS = 60_000;

/**
 * The page's visible state.
 *
 * @typedef {object} View
 * @property {boolean} isOpen whether the project has been read
 * @property {string} arriving the audio being added, in words; empty for none
 * @property {"idle" | "running" | "cancelled" | "failed" | "done"} state the export's state
 * @property {boolean} isStale whether `state` is still from before the export that was just requested
 * @property {number} completed from 0 to 100, during an export
 * @property {string} message the phase, during an export
 * @property {string} timeLeft in words, during an export, once known
 * @property {{ code: string, clipId?: string, text: string } | undefined} error the error of a failed export
 * @property {object | undefined} result the facts of a finished export: `ExportResult` without the file
 * @property {string[]} warnings the result's warnings
 * @property {string[]} unreadable the unusable clips, which a finished export left silent or a failed one stopped at
 * @property {string[]} problems sentences about adding and opening
 */

export class Studio {
  /** @param {import("selenium-webdriver").WebDriver} driver */
  constructor(driver) {
    this.driver = driver;
  }

  /** Loads the page, and waits for its project with all audio. */
  async open(url) {
    await this.driver.get(url);
    await this.settled();
  }

  /** Reloads the page, and waits for its project. */
  async reload() {
    await this.driver.navigate().refresh();
    await this.settled();
  }

  /** Waits until the project is open and no audio is being added; `onView` receives each look at the page. */
  settled(onView) {
    return this.until("the project's audio", (view) => view.isOpen && !view.arriving, { onView });
  }

  /** @returns {Promise<View>} */
  view() {
    return this.driver.executeScript(readPage);
  }

  /** Returns the clips in the list's order. Of a row in a long list that is out of sight, only the words. */
  clips() {
    return this.driver.executeScript(readClips);
  }

  element(css) {
    return this.driver.findElement(By.css(css));
  }

  async click(css) {
    await this.element(css).click();
  }

  /** Presses one of a clip's buttons: "Move up", "Move down" or "Remove". */
  async press(clipId, button) {
    await this.click(`[data-clip-id="${clipId}"] button[aria-label^="${button}"]`);
  }

  /** Opens a clip's dialog, and waits for it: its code loads on first use. */
  async openClip(clipId) {
    await this.press(clipId, "Edit");
    await this.clipOpened();
  }

  /** Waits until a clip's dialog is open. */
  async clipOpened() {
    const isOpen = () => document.querySelector("#clip-editor")?.open ?? false;
    await this.driver.wait(() => this.driver.executeScript(isOpen), 60_000);
  }

  /** Chooses files in "Add audio…", and waits until they are added. */
  async addAudio(...paths) {
    await this.element("#add-audio").sendKeys(paths.join("\n"));
    await this.settled();
  }

  /** Chooses a project file and its audio in "Open project…", and waits until everything is added. */
  async openProject(paths, onView) {
    await this.element("#open-project").sendKeys(paths.join("\n"));
    await this.settled(onView);
  }

  /** Opens "Projects", and waits for it: its code loads on first use. */
  async openProjects() {
    await this.click("#projects");
    const isOpen = () => document.querySelector("#projects-dialog")?.open ?? false;
    await this.driver.wait(() => this.driver.executeScript(isOpen), 60_000, "the list of projects");
  }

  /** Opens another project from the list, by its name, and waits for its audio. */
  async switchTo(name) {
    await this.openProjects();
    await this.click(`#projects-dialog button[aria-label="Open ${name}"]`);
    await this.named(name);
    await this.settled();
  }

  /** Waits until the project has this name. */
  named(name) {
    const isNamed = () => this.driver.executeScript("return document.querySelector('#project-name').value");
    return this.driver.wait(async () => (await isNamed()) === name, 60_000, `“${name}” is open`);
  }

  /** Opens "Script…", and waits for it: its code loads on first use. */
  async openScript() {
    await this.click("#script");
    const isOpen = () => document.querySelector("#script-dialog")?.open ?? false;
    await this.driver.wait(() => this.driver.executeScript(isOpen), 10_000);
  }

  /** Removes every clip. */
  async clear() {
    for (const { id } of await this.clips()) await this.press(id, "Remove");
  }

  /** Replaces the content of a field. */
  async type(css, text) {
    await this.element(css).sendKeys(Key.chord(Key.CONTROL, "a"), text);
  }

  /** Chooses the option that begins with these words. */
  async choose(css, words) {
    for (const option of await this.driver.findElements(By.css(`${css} option`))) {
      if ((await option.getText()).startsWith(words)) return option.click();
    }
    throw new Error(`${css} has no “${words}”`);
  }

  /**
   * Sets fields in "Sound and file…": a string selects the option that begins with it, a boolean sets a checkbox, and a
   * number is typed.
   */
  async set(settings) {
    await this.openFile("sound");
    for (const [name, value] of Object.entries(settings)) {
      const field = `#sound-settings [name=${name}]`;
      if (typeof value === "string") await this.choose(field, value);
      else if (typeof value === "number") await this.type(field, String(value));
      else if ((await this.element(field).isSelected()) !== value) await this.click(field);
    }
    await this.click("#file-settings [type=submit]");
  }

  /** Opens "Sound and file…" at one of its tabs, and waits for it: its code loads on first use. */
  async openFile(tab) {
    await this.click("#settings");
    const isOpen = () => document.querySelector("#file-settings")?.open ?? false;
    await this.driver.wait(() => this.driver.executeScript(isOpen), 60_000);
    await this.click(`#${tab}-tab`);
  }

  /** Types into a clip's fields, by their names. */
  async edit(clipId, fields) {
    await this.openClip(clipId);
    for (const [name, text] of Object.entries(fields)) await this.type(`#clip-editor [name=${name}]`, text);
    await this.click("#clip-editor [type=submit]");
  }

  /** Replaces an asset's stored content, or deletes it, without the page's knowledge. */
  replaceContent(assetName, bytes) {
    return this.driver.executeAsyncScript(replaceContent, assetName, bytes?.toString("base64"));
  }

  /** Exports by clicking a button, and waits for any kind of end. */
  async export(onView, button = "#export") {
    if (button === "#export-into-folder") await this.click("#other-ways");
    await this.driver.executeScript(markStale);
    await this.click(button);
    return this.exported(onView);
  }

  /** Opens a finished export's script and downloads, and waits for its lines. */
  async openResult() {
    await this.click("#follow");
    const fault = await this.driver.executeAsyncScript(waitForScript);
    if (fault) throw new Error(fault);
  }

  /** Presses one of the result's downloads: "audio", "page", "zip", or a sidecar's kind. */
  async pressDownload(id) {
    await this.click(`#result-panel [data-download=${id}]`);
  }

  /** Continues after a failed export, with the button that it offers. */
  exportWithSilence() {
    return this.export(undefined, "#export-with-silence");
  }

  /** Waits for the end of a requested export. */
  exported(onView) {
    const hasEnded = ({ state, isStale }) => !isStale && ["done", "failed", "cancelled"].includes(state);
    return this.until("the export's end", hasEnded, { onView });
  }

  /**
   * Looks at the page repeatedly until a condition holds. There is no time limit while something changes: an hour's
   * project takes longer than a minute's.
   *
   * @param {string} what a name for the condition, for the error
   * @param {(view: View) => boolean} isReached
   */
  async until(what, isReached, { onView = () => {}, stallMs = STALL_MS, everyMs = 50 } = {}) {
    let [last, movedAt] = ["", Date.now()];
    for (;;) {
      const view = await this.view();
      onView(view);
      if (isReached(view)) return view;
      const now = JSON.stringify(view);
      if (now !== last) [last, movedAt] = [now, Date.now()];
      if (Date.now() - movedAt > stallMs)
        throw new Error(`Waited ${stallMs / 1000} s for ${what}; the page shows ${now}`);
      await sleep(everyMs);
    }
  }
}

/**
 * Removes Chromium's save picker from the next load on, as in browsers without one. The driver cannot operate a native
 * dialog; without a picker, the page downloads.
 */
export function withoutSavePicker(driver) {
  return beforeLoad(driver, "window.showSaveFilePicker = undefined");
}

/**
 * Replaces Chromium's save dialog from the next load on. The replacement returns a real handle to a file in the
 * origin's private file system, so everything after the dialog is the browser's own code. `window.picked` records the
 * page's requests.
 *
 * @param {"accept" | "dismiss"} answer
 */
export function withSavePicker(driver, answer) {
  return beforeLoad(
    driver,
    `window.picked = [];
     window.showSaveFilePicker = async (options) => {
       window.picked.push({ options, isActive: navigator.userActivation.isActive });
       if (${answer === "dismiss"}) throw new DOMException("The user aborted a request.", "AbortError");
       const folder = await navigator.storage.getDirectory();
       return folder.getFileHandle(options.suggestedName, { create: true });
     }`,
  );
}

/**
 * Replaces Chromium's folder dialog in the same way, with a folder in the origin's private file system.
 *
 * @param {"accept" | "dismiss"} answer
 * @param {string} folder its name there
 */
export function withFolderPicker(driver, answer, folder) {
  return beforeLoad(
    driver,
    `window.pickedFolders = [];
     window.showDirectoryPicker = async (options) => {
       window.pickedFolders.push({ options, isActive: navigator.userActivation.isActive });
       if (${answer === "dismiss"}) throw new DOMException("The user aborted a request.", "AbortError");
       const root = await navigator.storage.getDirectory();
       return root.getDirectoryHandle(${JSON.stringify(folder)}, { create: true });
     }`,
  );
}

/** Runs a script in the page before any of its own, on every load from now on. Chromium only. */
export function beforeLoad(driver, source) {
  return driver.sendDevToolsCommand("Page.addScriptToEvaluateOnNewDocument", { source });
}

// The functions below run in the page.

/** Marks the export's state until it changes. */
function markStale() {
  const { dataset } = document.querySelector("#export-panel");
  dataset.stale = "";
  const unmark = (_, observer) => {
    delete dataset.stale;
    observer.disconnect();
  };
  new MutationObserver(unmark).observe(document.querySelector("#export-panel"), { attributeFilter: ["data-state"] });
}

/** Waits for the script's lines; returns an error message if they do not come. */
async function waitForScript(done) {
  const started = performance.now();
  const isListed = () => {
    const root = document.querySelector(".result-script > div")?.shadowRoot;
    return root?.querySelector("[role=list]:not([aria-busy=true])") || root?.querySelector(".view:not(:has(*))");
  };
  while (!isListed()) {
    if (performance.now() - started > 10_000) return done("The script does not come");
    await new Promise((next) => setTimeout(next, 10));
  }
  done();
}

function replaceContent(assetName, base64, done) {
  const opening = indexedDB.open("secuencia-studio");
  opening.onsuccess = () => {
    const transaction = opening.result.transaction(["assets", "contents"], "readwrite");
    const contents = transaction.objectStore("contents");
    transaction.objectStore("assets").getAll().onsuccess = ({ target: { result: assets } }) => {
      for (const { id } of assets.filter(({ name }) => name === assetName)) {
        if (!base64) contents.delete([id, 0]);
        else contents.put(new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))]), [id, 0]);
      }
    };
    transaction.oncomplete = () => {
      opening.result.close();
      done();
    };
  };
}

function readPage() {
  const find = (css) => document.querySelector(css);
  const text = (css) => find(css)?.textContent.trim() ?? "";
  const lines = (css) => [...document.querySelectorAll(css)].map((element) => element.textContent.trim());
  const [list, panel, error] = [find("#clips"), find("#export-panel"), find("#export-error")];
  return {
    isOpen: list !== null && list.ariaBusy !== "true",
    arriving: text("#arriving"),
    state: panel?.dataset.state ?? "idle",
    isStale: panel?.dataset.stale !== undefined,
    completed: find("#progress")?.value ?? 0,
    message: text("#export-message"),
    timeLeft: text("#time-left"),
    error: error ? { ...error.dataset, text: error.querySelector("p").parentElement.textContent.trim() } : undefined,
    result: find("#result") ? JSON.parse(find("#result").dataset.result) : undefined,
    warnings: lines("#warnings li"),
    // Without the button to replace the audio.
    unreadable: lines(":is(#unreadable, #export-error) li").map((line) => line.replace(/ Replace its audio…$/, "")),
    problems: lines("#problems li"),
  };
}

function readClips() {
  return [...document.querySelectorAll("#clips > li")].map((row) => ({
    id: row.dataset.clipId,
    state: row.dataset.state,
    voice: row.querySelector(".voice")?.textContent ?? "",
    text: (row.querySelector(".text") ?? row).textContent.trim(),
    length: row.querySelector(".length")?.textContent,
    lane: Number(row.querySelector("select")?.value),
  }));
}

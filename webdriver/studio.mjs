/** The studio page, as a user's hands and eyes have it: every test and the demo go through this. */
import { setTimeout as sleep } from "node:timers/promises";
import { By, Key } from "selenium-webdriver";

/** How long the page may show no change while it works. */
const STALL_MS = 60_000;

/**
 * What the page shows.
 *
 * @typedef {object} View
 * @property {boolean} isOpen whether the project has been read
 * @property {string} arriving what is being added, in words; empty when nothing is
 * @property {"idle" | "running" | "cancelled" | "failed" | "done"} state the export's
 * @property {boolean} isStale whether that state is still the one before the export that was just asked for
 * @property {number} completed of 100, while an export runs
 * @property {string} message the phase, while an export runs
 * @property {string} timeLeft in words, while an export runs and it is known
 * @property {{ code: string, clipId?: string, text: string } | undefined} error of an export that failed
 * @property {object | undefined} result the facts of a finished export: `ExportResult` without the file
 * @property {string[]} warnings on the result
 * @property {string[]} problems sentences about adding and opening
 */

export class Studio {
  /** @param {import("selenium-webdriver").WebDriver} driver */
  constructor(driver) {
    this.driver = driver;
  }

  /** Loads the page and waits for its project, audio and all. */
  async open(url) {
    await this.driver.get(url);
    await this.settled();
  }

  /** Reloads the page and waits for its project. */
  async reload() {
    await this.driver.navigate().refresh();
    await this.settled();
  }

  /** Waits until the project is open and no audio is on its way; says how it goes to `onView`. */
  settled(onView) {
    return this.until("the project's audio", (view) => view.isOpen && !view.arriving, { onView });
  }

  /** @returns {Promise<View>} */
  view() {
    return this.driver.executeScript(readPage);
  }

  /** The clips in their order, as the list shows them. */
  clips() {
    return this.driver.executeScript(readClips);
  }

  element(css) {
    return this.driver.findElement(By.css(css));
  }

  async click(css) {
    await this.element(css).click();
  }

  /** Presses one of a clip's buttons: "Move up", "Move down", "Edit" or "Remove". */
  async press(clipId, button) {
    await this.click(`[data-clip-id="${clipId}"] button[aria-label^="${button}"]`);
  }

  /** Chooses files in "Add audio…" and waits until they are in. */
  async addAudio(...paths) {
    await this.element("#add-audio").sendKeys(paths.join("\n"));
    await this.settled();
  }

  /** Chooses a project file and its audio in "Open project…" and waits until all is in. */
  async openProject(paths, onView) {
    await this.element("#open-project").sendKeys(paths.join("\n"));
    await this.settled(onView);
  }

  /** Removes every clip. */
  async clear() {
    for (const { id } of await this.clips()) await this.press(id, "Remove");
  }

  /** Types into a field, in the place of what it holds. */
  async type(css, text) {
    await this.element(css).sendKeys(Key.chord(Key.CONTROL, "a"), text);
  }

  /** Exports by a click on the button, and waits for the end of it, whatever it is. */
  async export(onView) {
    await this.driver.executeScript(markStale);
    await this.click("#export");
    return this.exported(onView);
  }

  /** Waits for the end of an export that has been asked for. */
  exported(onView) {
    const hasEnded = ({ state, isStale }) => !isStale && ["done", "failed", "cancelled"].includes(state);
    return this.until("the export's end", hasEnded, { onView });
  }

  /**
   * Looks at the page until it shows what is wanted. There is no limit to how long that takes, as long as something
   * moves: an hour's project takes longer than a minute's.
   *
   * @param {string} what is awaited, for the error
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
 * Makes Chromium's page have no save picker from its next load on, as in browsers without one: a native dialog cannot
 * be driven, and the page then downloads.
 */
export function withoutSavePicker(driver) {
  return beforeLoad(driver, "window.showSaveFilePicker = undefined");
}

/**
 * Puts a picker of our own in the place of Chromium's save dialog from the next load on. The handle that it gives is a
 * real one, to a file in the origin's private file system, so that everything behind the dialog is the browser's own.
 * `window.picked` notes what the page asked for.
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

/** Runs a script in the page before any of its own, on every load from now on. Chromium only. */
export function beforeLoad(driver, source) {
  return driver.sendDevToolsCommand("Page.addScriptToEvaluateOnNewDocument", { source });
}

// What follows runs in the page.

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
    problems: lines("#problems li"),
  };
}

function readClips() {
  return [...document.querySelectorAll("#clips > li")].map((row) => ({
    id: row.dataset.clipId,
    state: row.dataset.state,
    voice: row.querySelector(".voice")?.textContent ?? "",
    text: row.querySelector(".text").textContent,
    length: row.querySelector(".length").textContent,
    lane: Number(row.querySelector("select").value),
  }));
}

/**
 * Throws faults at the built package, and holds it to its promises (docs/reliability.md):
 *
 *     node --import tsx webdriver/faults/campaign.mjs [--seed 1] [--faults 320] [--only WORDS] [--write]
 *
 * Each fault is of one kind and strikes one operation. The operation must end, in time and as the kind allows, with a
 * sentence if it fails. Then a new page looks at all that the origin stores, record by record: nothing is lost, half
 * written or left over, and the next export has the reference's bytes. `--write` updates the table in the document.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startSession } from "../session.mjs";
import { writeBetween } from "./document.mjs";
import { call, elsewhere, inject, install } from "./in-page.mjs";
import { KINDS } from "./kinds.mjs";
import { randomOf } from "./random.mjs";
import { serveWithFaults } from "./site.mjs";

/** The longest that an operation may take, in milliseconds. Undisturbed, none takes two seconds. */
const LIMIT_MS = 45_000;
/** The time in which an operation that waits must say so, and that in which a cancel must end it. */
const TOLD_MS = 15_000;
const CANCELLED_MS = 4000;
/** The time that a frozen page is asleep: longer than anybody's patience. */
const FROZEN_MS = 12_000;
/** What a sentence for a person has not. */
export const RAW = /undefined|\[object|\bNaN\b|Uncaught|wasm|JsValue|DOMException/;

/**
 * @param {{ seed?: number, faults?: number, only?: string, onFault?: (line: string) => void }} [options]
 * @returns {Promise<{ kind: string, operation: string, struck: boolean, end: string, milliseconds: number, wrong:
 *   string[] }[]>} each fault, and all that was wrong about it
 */
export async function throwFaults({ seed = 1, faults = 320, only = "", onFault = () => {} } = {}) {
  const random = randomOf(seed);
  const site = await serveWithFaults();
  const session = await startSession();
  const campaign = new Campaign(session, site);
  const found = [];
  try {
    await campaign.prepare();
    for (const [kind, operation] of plan(random, faults, only)) {
      const fault = kind.fault(random, operation);
      const row = { kind: kind.name, operation, ...(await campaign.throw(kind, operation, fault)) };
      found.push(row);
      const words = row.wrong.length > 0 ? `WRONG: ${row.wrong.join("; ")}` : "";
      onFault(`${row.milliseconds} ms\t${row.end}\t${operation}: ${kind.name} ${JSON.stringify(fault)} ${words}`);
    }
  } finally {
    await session.close();
    await site.close();
  }
  return found;
}

/** Chooses faults: every kind as often as any other, and of its operations one by chance. */
function plan(random, faults, only) {
  const kinds = KINDS.filter(({ name }) => name.includes(only));
  if (kinds.length === 0) throw new Error(`No kind of fault has “${only}” in its name.`);
  const chosen = [];
  while (chosen.length < faults) {
    const rest = [...kinds];
    while (rest.length > 0 && chosen.length < faults) {
      const [kind] = rest.splice(random.upTo(rest.length) - 1, 1);
      chosen.push([kind, random.of(kind.during)]);
    }
  }
  return chosen;
}

class Campaign {
  #session;
  #site;
  #model;
  #reference;
  /** A second tab, for when the first is gone. */
  #spare;

  constructor(session, site) {
    this.#session = session;
    this.#site = site;
  }

  /** Makes the library, and the reference that every later export must equal. */
  async prepare() {
    await this.#visit();
    await this.#call("prepare");
    this.#model = await this.#call("stored");
    this.#reference ??= await this.#call("reference");
  }

  /** Throws one fault, and returns how its operation ended and all that was wrong. */
  async throw(kind, operation, fault) {
    await this.#visit();
    await this.#call("writeOld");
    if (fault.content) await this.#call("spoil", fault.content);
    this.#site.arm(fault);
    await this.#session.driver.executeAsyncScript(inject);
    if (fault.tab) await this.#session.driver.executeAsyncScript(elsewhere, fault.tab, fault.afterMs);
    const { driver } = this.#session;
    void driver.executeScript("void window.campaign.begin(...arguments)", operation, fault).catch(() => {});
    const began = Date.now();
    if (fault.driver) await this.#act(fault);
    const ended = await this.#end(kind, began);
    const wrong = this.#judge(kind, operation, ended, fault);
    const struck = fault.hook ? this.#site.struck() > 0 : Boolean(fault.content) || (await this.#hasStruck(ended));
    this.#site.arm(undefined);
    if (fault.content) await this.#call("mend");
    wrong.push(...(await this.#look(kind, operation, ended, fault)));
    return { struck, end: ended.name, milliseconds: ended.milliseconds, wrong };
  }

  /** Returns whether what the page, the browser or another page did came before the operation's end. */
  async #hasStruck(ended) {
    if (ended.name === "gone") return true;
    return this.#session.driver.executeScript("return window.campaign.state.struck");
  }

  /** Loads a page without a fault. */
  async #visit() {
    const { driver } = this.#session;
    if (!this.#spare) {
      const here = await driver.getWindowHandle();
      await driver.switchTo().newWindow("tab");
      this.#spare = await driver.getWindowHandle();
      await driver.switchTo().window(here);
    }
    await driver.manage().setTimeouts({ script: 60_000 });
    await driver.get(`${this.#site.url}/blank`);
    await driver.executeAsyncScript(install);
  }

  async #call(name, ...given) {
    const { result, error } = await this.#session.driver.executeAsyncScript(call, name, given);
    if (error) throw new Error(error);
    return result;
  }

  /** Does to the browser what the fault says. */
  async #act({ driver: what, afterMs }) {
    await sleep(afterMs);
    const { driver } = this.#session;
    if (what === "reload") await driver.navigate().refresh();
    else if (what === "kill") {
      await this.#session.killBrowser();
      this.#spare = undefined;
    } else if (what === "close" || what === "crash") {
      const [old, spare] = [await driver.getWindowHandle(), this.#spare];
      if (what === "crash") await driver.get("chrome://crash").catch(() => {});
      else await driver.close();
      await driver.switchTo().window(spare);
      await driver.get(`${this.#site.url}/blank`);
      if (what === "crash") {
        await driver
          .switchTo()
          .window(old)
          .catch(() => {});
        await driver.close().catch(() => {});
        await driver.switchTo().window(spare);
      }
      this.#spare = undefined;
    } else if (what === "freeze") {
      await this.#strike();
      await driver.sendDevToolsCommand("Page.setWebLifecycleState", { state: "frozen" });
      await sleep(FROZEN_MS);
      await driver.sendDevToolsCommand("Page.setWebLifecycleState", { state: "active" });
    } else {
      await this.#strike();
      const origin = new URL(this.#site.url).origin;
      await driver.sendDevToolsCommand("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
    }
  }

  async #strike() {
    await this.#session.driver.executeScript("window.campaign.strike?.()");
  }

  /** Waits for the operation's end. One that only waits is cancelled. */
  async #end(kind, began) {
    const { driver } = this.#session;
    const state = () => driver.executeScript("return window.campaign ? (window.campaign.state ?? {}) : null");
    const passed = () => Date.now() - began;
    for (;;) {
      const now = await state();
      if (now === null) return { name: "gone", milliseconds: passed() };
      if (now?.end) return now.end;
      const isTold = /answer|wait/i.test(now?.message ?? "") && kind.ends.includes("told");
      if (isTold || passed() > (kind.ends.includes("told") ? TOLD_MS : LIMIT_MS)) {
        const asked = Date.now();
        await driver.executeScript("window.campaign.cancel?.()");
        while (Date.now() - asked < CANCELLED_MS && !(await state())?.end) await sleep(20);
        const { end } = (await state()) ?? {};
        const name = isTold && end?.name === "reason" ? "told" : "hangs";
        return { name, milliseconds: passed(), message: now?.message, afterCancel: end?.name };
      }
      await sleep(10);
    }
  }

  #judge(kind, operation, ended, fault) {
    const wrong = [];
    if (!kind.ends.includes(ended.name)) {
      wrong.push(`it ends with ${JSON.stringify(ended)} and not with ${kind.ends.join(" or ")}`);
    }
    if (ended.says !== undefined) {
      if (RAW.test(ended.says.replaceAll(/\S+\.wasm/g, ""))) wrong.push(`its sentence is raw: ${ended.says}`);
      if (kind.says && !kind.says.test(ended.says)) wrong.push(`its sentence is not about it: ${ended.says}`);
    }
    if (operation === "stream" && ended.name === "done" && !fault.content && ended.stream !== this.#reference.stream) {
      wrong.push("the stream got other bytes");
    }
    return wrong;
  }

  /** Looks at what is stored, from a new page. */
  async #look(kind, operation, ended, fault) {
    await this.#visit();
    const isEmptied = kind.empties || fault.tab === "remove asset";
    let seen;
    try {
      seen = await this.#call("look", !isEmptied);
    } catch (error) {
      await this.prepare();
      return [`the library cannot be used afterwards: ${error.message}`];
    }
    const wrong = [];
    const { assets, timelines, strays } = seen;
    if (strays.length > 0) wrong.push(`it left ${strays.join(", ")}`);
    for (const [id, content] of Object.entries(assets)) {
      const expected = this.#model.assets[id] ?? this.#newContent(id);
      if (content !== expected) wrong.push(`${id} has other bytes: ${content}`);
    }
    const isEither = isEmptied || ended.name === "gone";
    const has = (id) => id in assets;
    if (operation === "import" && !isEither && has("new") !== (ended.name === "done")) {
      wrong.push(`the asset is ${has("new") ? "" : "not "}there after ${ended.name}`);
    }
    if (operation === "imports" && ended.name === "done" && !isEither) {
      for (let index = 0; index < 4; index += 1) if (!has(`new ${index}`)) wrong.push(`new ${index} is not there`);
    }
    if (!isEmptied) {
      for (const id of Object.keys(this.#model.assets)) if (!has(id)) wrong.push(`${id} is lost`);
      const others = Object.keys(timelines).filter((id) => id !== "play");
      if (others.length > 0) wrong.push(`it left ${others.length} timelines`);
      const names = operation !== "edit" ? ["Faults"] : ended.name === "done" ? ["Edited"] : ["Faults", "Edited"];
      if (!names.includes(timelines.play)) wrong.push(`the timeline is “${timelines.play}” after ${ended.name}`);
      if (seen.next !== this.#reference.file) wrong.push("the next export has other bytes");
    }
    const isRemoved = fault.caller === "remove destination" || kind.empties;
    const allowed = ["old", this.#reference.file].slice(...(ended.name === "done" ? [1, 2] : [0, 2]));
    if (operation === "export" && !isRemoved && !fault.content && !isEmptied && !allowed.includes(seen.destination)) {
      wrong.push(`the destination has ${seen.destination || "nothing"}`);
    }
    if (isEmptied || wrong.length > 0) await this.prepare();
    return wrong;
  }

  /** The content of an asset that an operation adds, by its ID. */
  #newContent(id) {
    const files = { new: "rain.mp3", "new 0": "02-pip.wav", "new 1": "rain.mp3", "new 2": "04-bram.flac" };
    return this.#model.assets[files[id] ?? "music.m4a"];
  }
}

/** Summarizes by kind, as a table in Markdown. */
export function tableOf(found) {
  const rows = ["| fault | thrown | struck | the operation’s ends | wrong |", "|---|---:|---:|---|---:|"];
  for (const { name } of KINDS) {
    const ours = found.filter(({ kind }) => kind === name);
    if (ours.length === 0) continue;
    const kinds = [...new Set(ours.map(({ end }) => end))];
    const ends = kinds.map((end) => `${end} ${ours.filter((row) => row.end === end).length}`).join(", ");
    const struck = ours.filter((row) => row.struck).length;
    const wrong = ours.filter((row) => row.wrong.length > 0).length;
    rows.push(`| ${name} | ${ours.length} | ${struck} | ${ends} | ${wrong} |`);
  }
  return rows.join("\n");
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      faults: { type: "string", default: "320" },
      only: { type: "string", default: "" },
      write: { type: "boolean", default: false },
    },
  });
  const options = { seed: Number(values.seed), faults: Number(values.faults), only: values.only };
  const found = await throwFaults({ ...options, onFault: (line) => console.log(line) });
  const wrong = found.filter((row) => row.wrong.length > 0);
  const table = tableOf(found);
  console.log(`\n${table}\n\n${found.length} faults, ${wrong.length} wrong.`);
  if (values.write) writeBetween("faults", table);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

/**
 * The ten gravest faults in Chromium, Firefox and WebKit (docs/reliability.md):
 *
 *     node --import tsx webdriver/faults/engines.mjs [--seed 1] [--rounds 3] [--engine NAME] [--only PATTERN] [--write]
 *
 * Each strikes an export, or what its kind says, at a random moment. It must end as the kind allows, with a sentence if
 * it fails. Then a new page has the library whole, an interrupted export goes on with the same bytes, and the next
 * export has them too, which are the same in all engines. `--write` updates the table in the document.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { error as webdriverError } from "selenium-webdriver";
import { writeTone } from "../audio.mjs";
import { engineNames } from "../engines.mjs";
import { moduleOf, run } from "../page-module.mjs";
import { startSession } from "../session.mjs";
import { RAW } from "./campaign.mjs";
import { writeBetween } from "./document.mjs";
import * as page from "./engines-page.mjs";
import { randomOf } from "./random.mjs";
import { serveWithFaults } from "./site.mjs";

const LIMIT_MS = 60_000;
/** The longest that the page may take for one answer. */
const SCRIPT_MS = 60_000;
/** The time in which a cancel must end an operation. */
const CANCELLED_MS = 4000;

/**
 * @typedef {object} Kind
 * @property {string} name
 * @property {string} during the operation, of those of `engines-page.mjs`
 * @property {(random: object) => object} [fault] what `inject.js` does
 * @property {(here: Engine) => Promise<void>} [before] what is done before the operation begins
 * @property {(here: Engine, random: object) => Promise<void>} [act] what is done in the midst of it
 * @property {string[]} ends "done", the code of its error, "told" for one that waits, says so, and can be cancelled, or
 *   "gone" with its page
 * @property {RegExp} [says] what each error's sentence has in it
 * @property {true} [loses] whether the library has lost something afterwards
 * @property {string[]} [not] the engines whose driver cannot do it
 */

/** @type {Kind[]} */
const KINDS = [
  ...[
    ["ends in silence", "end"],
    ["throws", "crash"],
  ].map(([does, action]) => ({
    name: `the leading worker ${does}`,
    during: "export",
    fault: ({ upTo }) => ({ hook: "report", role: "leader", nth: 1 + upTo(6), action }),
    ends: ["done"],
  })),
  { name: "the destination never takes a part", during: "stream", ends: ["told"] },
  {
    name: "the tab leaves the page",
    during: "export",
    act: (here, random) => here.midway(random).then(() => here.visit()),
    ends: ["gone", "done"],
  },
  {
    name: "the browser is killed",
    during: "export",
    act: (here, random) => here.midway(random).then(() => here.kill()),
    ends: ["gone", "done"],
    // Its driver's sessions keep nothing.
    not: ["webkit"],
  },
  {
    name: "the browser clears the page’s storage",
    during: "export",
    act: (here, random) => here.midway(random).then(() => here.clear()),
    ends: ["done", "storage", "invalid-audio", "missing-asset", "timeline-not-found", "export-failed"],
    loses: true,
  },
  {
    name: "a stored content is lost",
    during: "plan",
    before: (here) => here.run(page.damage),
    ends: ["missing-asset", "invalid-audio"],
    loses: true,
  },
  {
    name: "a picked file is deleted before it is read",
    during: "add",
    before: (here) => here.pickAndDelete(),
    ends: ["invalid-audio"],
    says: /moved|deleted|changed|no longer/,
  },
  {
    name: "the browser closes the connection to the library",
    during: "export",
    fault: () => ({ hook: "transaction", role: "page", action: "disconnect" }),
    ends: ["done"],
  },
  {
    name: "a newer version opens the library in another tab",
    during: "export",
    act: (here) => here.run(page.openNewer),
    ends: ["done", "storage"],
    says: /newer/,
    loses: true,
  },
];

/** A browser with the page in it. */
class Engine {
  #name;
  #site;
  #session;
  reference;

  static async start(name) {
    const engine = new Engine();
    engine.#name = name;
    engine.#site = await serveWithFaults(moduleOf(Object.values(page)));
    try {
      engine.#session = await startSession(name);
      await engine.#session.driver.manage().setTimeouts({ script: SCRIPT_MS });
      await engine.prepare();
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  async close() {
    await this.#session?.close();
    await this.#site.close();
  }

  run(asked, ...given) {
    return run(this.#session.driver, asked, ...given);
  }

  visit() {
    return this.#session.driver.get(`${this.#site.url}/blank`);
  }

  async prepare() {
    await this.visit();
    const { hash, error } = await this.run(page.prepare);
    if (error) throw new Error(`The library could not be made: ${error}`);
    this.reference ??= hash;
  }

  /** Waits until an export is at some random percentage, or has ended. */
  async midway({ below }) {
    const reached = 25 + below(60);
    for (;;) {
      const { progress, end } = await this.run(page.stateOf);
      if (progress >= reached || end) return;
    }
  }

  async kill() {
    await this.#session.killBrowser();
    await this.visit();
  }

  async clear() {
    if (!(await this.run(page.clearStorage))) throw new Error(`${this.#name} does not clear its storage.`);
  }

  async pickAndDelete() {
    const path = writeTone(join(this.#session.folder, "picked.wav"), { frequency: 440, seconds: 1 });
    await this.#session.studio.element("#file").sendKeys(path);
    rmSync(path);
  }

  /** Throws one fault. Returns how its operation ended, and all that was wrong. */
  async throw(kind, random) {
    const fault = kind.fault?.(random);
    await this.visit();
    this.#site.arm(fault);
    if (fault) await this.run(page.arm);
    await kind.before?.(this);
    await this.run(page.begin, kind.during);
    const began = Date.now();
    await kind.act?.(this, random);
    const ended = await this.#end(began);
    const milliseconds = Date.now() - began;
    const struck = fault ? this.#site.struck() > 0 : true;
    this.#site.arm(undefined);
    const wrong = [];
    const { end, says = "", hash } = ended;
    if (!kind.ends.includes(end))
      wrong.push(`it ends with ${JSON.stringify(ended)}, not with ${kind.ends.join(" or ")}`);
    if (says && (RAW.test(says) || !(kind.says ?? /./).test(says))) wrong.push(`its sentence is wrong: ${says}`);
    if (hash && hash !== this.reference) wrong.push("the file has other bytes");
    wrong.push(...(await this.#look(kind)));
    if (kind.loses || wrong.length > 0) await this.prepare();
    return { end, says, milliseconds, struck, wrong };
  }

  async #end(began) {
    for (;;) {
      const state = await this.run(page.stateOf);
      // A page that was loaded anew has none.
      if (!state) return { end: "gone" };
      if (state.end) return state;
      const isLate = Date.now() - began > LIMIT_MS;
      if (state.waits || isLate) {
        await this.run(page.cancel);
        const asked = Date.now();
        while (Date.now() - asked < CANCELLED_MS && !(await this.run(page.stateOf)).end) await sleep(20);
        const { end } = await this.run(page.stateOf);
        return { end: end === "cancelled" && !isLate ? "told" : "hangs" };
      }
      await sleep(20);
    }
  }

  /** Looks at the library from a new page. */
  async #look(kind) {
    await this.visit();
    const { error, assets, lost, hasPlay, next, resumed } = await this.run(page.look);
    const wrong = [];
    if (error && !kind.loses) wrong.push(`the library cannot be used: ${error}`);
    if (error && !/newer/.test(error)) wrong.push(`the library cannot be used: ${error}`);
    if (error) return wrong;
    if (resumed && resumed !== this.reference) wrong.push("the interrupted export goes on with other bytes");
    if (kind.loses) return wrong;
    if (!hasPlay || lost.length > 0 || assets.length !== 4) wrong.push(`it has ${assets}, without ${lost}`);
    if (next !== this.reference) wrong.push("the next export has other bytes");
    return wrong;
  }
}

/**
 * @param {{ seed?: number, rounds?: number, engines?: string[], only?: string, onFault?: (line: string) => void }}
 *   [options]
 * @returns {Promise<{ engine: string, kind: string, end: string, wrong: string[] }[]>}
 */
export async function throwInEngines({
  seed = 1,
  rounds = 3,
  engines = engineNames,
  only = "",
  onFault = () => {},
} = {}) {
  const found = [];
  const references = new Set();
  for (const name of engines) {
    let engine = await Engine.start(name);
    references.add(engine.reference);
    try {
      const random = randomOf(seed);
      for (const kind of KINDS.filter((one) => new RegExp(only).test(one.name) && !one.not?.includes(name))) {
        for (let round = 0; round < rounds; round += 1) {
          let thrown;
          try {
            thrown = await engine.throw(kind, random);
          } catch (error) {
            // WebKitGTK's page process hangs in about one of a hundred loads (engines.test.mjs).
            if (name !== "webkit" || !(error instanceof webdriverError.TimeoutError)) throw error;
            onFault(`webkit\thangs by itself, and begins anew\t${kind.name}`);
            await engine.close();
            engine = await Engine.start(name);
            thrown = await engine.throw(kind, random);
          }
          const row = { engine: name, kind: kind.name, ...thrown };
          found.push(row);
          const words = row.wrong.length > 0 ? `WRONG: ${row.wrong.join("; ")}` : row.says;
          onFault(
            `${name}\t${row.end}\t${row.milliseconds} ms\t${kind.name}${row.struck ? "" : " (too late)"}\t${words}`,
          );
        }
      }
    } finally {
      await engine.close();
    }
  }
  if (references.size > 1) throw new Error("The engines make different bytes.");
  return found;
}

/** Summarizes by kind and engine, as a table in Markdown. */
function tableOf(found) {
  const rows = [`| fault | ${engineNames.join(" | ")} | wrong |`, `|---|${"---|".repeat(engineNames.length)}---:|`];
  for (const { name } of KINDS) {
    const ours = found.filter(({ kind }) => kind === name);
    const cells = engineNames.map((engine) => {
      const ends = ours.filter((row) => row.engine === engine).map(({ end }) => end);
      return [...new Set(ends)].map((end) => `${end} ${ends.filter((one) => one === end).length}`).join(", ") || "–";
    });
    rows.push(`| ${[name, ...cells, ours.filter(({ wrong }) => wrong.length > 0).length].join(" | ")} |`);
  }
  return rows.join("\n");
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      rounds: { type: "string", default: "3" },
      engine: { type: "string", multiple: true },
      only: { type: "string", default: "" },
      write: { type: "boolean", default: false },
    },
  });
  const found = await throwInEngines({
    ...{ seed: Number(values.seed), rounds: Number(values.rounds), only: values.only },
    ...(values.engine && { engines: values.engine }),
    onFault: (line) => console.log(line),
  });
  const table = tableOf(found);
  console.log(`\n${table}`);
  if (values.write) writeBetween("engines", table);
  process.exitCode = found.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
}

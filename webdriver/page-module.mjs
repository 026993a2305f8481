/**
 * Runs a test's functions in a page of their own, as its module. Firefox's driver runs scripts in a sandbox with
 * classes of its own, in which the package sees no byte arrays.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSession } from "./session.mjs";

/**
 * Starts a session on a page that has the functions. Each takes plain data and `done`, which it calls with plain data.
 *
 * @param {"chromium" | "firefox" | "webkit"} engine
 * @param {Function[]} functions
 * @param {(folder: string) => void} [change] changes the site before it is served
 */
export async function startPage(engine, functions, change = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), "secuencia-page-"));
  for (const path of ["secuencia", "sample"]) cpSync(`dist/${path}`, join(folder, path), { recursive: true });
  writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="page.js"></script>');
  writeFileSync(join(folder, "page.js"), moduleOf(functions));
  change(folder);
  const session = await startSession(engine, folder);
  await session.driver.get(session.site.url);
  return {
    session,
    run: (asked, ...given) => run(session.driver, asked, ...given),
    async close() {
      await session.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The module of a page that has the functions. */
export function moduleOf(functions) {
  const names = functions.map(({ name }) => name).join(", ");
  const listen = `const functions = { ${names} };\n(${serveCalls})(functions);`;
  return `${functions.join("\n")}\n${listen}\n`;
}

/** Runs one of the functions of the open page, and returns what it gives to `done`. */
export function run(driver, { name }, ...given) {
  return driver.executeAsyncScript(call, JSON.stringify([name, given]));
}

// The functions below run in the page: the first in its own scripts, the second in the driver's.

function serveCalls(functions) {
  const { dataset } = document.documentElement;
  const answer = () => {
    if (dataset.call === undefined) return;
    const [name, given] = JSON.parse(dataset.call);
    delete dataset.call;
    const finish = (result) => {
      dataset.result = JSON.stringify({ result });
    };
    Promise.resolve(functions[name](...given, finish)).catch((error) => finish({ error: String(error) }));
  };
  new MutationObserver(answer).observe(document.documentElement, { attributes: true });
  answer();
}

function call(message, done) {
  const { dataset } = document.documentElement;
  const observer = new MutationObserver(() => {
    if (dataset.result === undefined) return;
    observer.disconnect();
    const { result } = JSON.parse(dataset.result);
    delete dataset.result;
    done(result);
  });
  observer.observe(document.documentElement, { attributes: true });
  dataset.call = message;
}

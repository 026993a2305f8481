/**
 * Exports two clips with the packed package in every environment of `environments.mjs`, in Chromium, and compares the
 * bytes with those of a plain page.
 *
 *     node tests/matrix/matrix.mjs            every environment; `make matrix`
 *     node tests/matrix/matrix.mjs --quick    all but the slow ones; `make test`
 *     node tests/matrix/matrix.mjs NAME ...   those whose names begin so
 *
 * The tools are pinned by this folder's lock, and installed once into target/matrix. One environment runs at a time.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openBrowser } from "../../webdriver/engines.mjs";
import { environments } from "./environments.mjs";
import { ROOT } from "./serving.mjs";
import { installTools, pack } from "./tools.mjs";

/** How long a page may take, in milliseconds: a server for development compiles it first. */
const PATIENCE = 90_000;

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
const wanted = process.argv.slice(2);
const [reference, ...others] = environments;
const chosen = others.filter(({ name, isSlow }) => {
  if (wanted.includes("--quick")) return !isSlow;
  return wanted.length === 0 || wanted.some((word) => name.startsWith(word));
});

installTools();
pack();
const problem = importInNode();
let failures = problem ? 1 : 0;
console.log(`${problem ? `FAILS: ${problem}` : "works"}           import in Node`);
const browser = await openBrowser("chromium");
try {
  const expected = await attempt(reference);
  if (expected.hash) for (const environment of chosen) await attempt(environment, expected.hash);
} finally {
  await browser.close();
}
if (failures > 0) process.exitCode = 1;

/** Runs one environment, and prints a line about it. */
async function attempt(environment, hash) {
  const started = performance.now();
  const outcome = await outcomeIn(environment).catch((error) => ({ error: error.message }));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const problem = outcome.error ?? difference(environment, outcome, hash);
  if (problem) failures += 1;
  console.log(
    `${problem ? "FAILS" : "works"} ${seconds.padStart(6)} s  ${environment.name}${problem ? `: ${problem}` : ""}`,
  );
  return problem ? {} : outcome;
}

function difference({ files }, { hash, modules }, expected = hash) {
  if (hash !== expected) return `its file is ${hash}, and not ${expected}`;
  const wantedModules = files === "own" ? 2 : 0;
  return modules === wantedModules ? undefined : `it loaded ${modules} modules as files, and not ${wantedModules}`;
}

async function outcomeIn({ name, open }) {
  const folder = join(ROOT, "apps", name.replaceAll(/\W+/g, "-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "site"), { recursive: true });
  cpSync(join(ROOT, "package"), join(folder, "node_modules/secuencia"), { recursive: true });
  // Without one, tools keep their caches in a folder above, from one package to the next.
  writeFileSync(
    join(folder, "package.json"),
    '{ "private": true, "type": "module", "dependencies": { "secuencia": "*" } }',
  );
  const { url, close } = await open(folder);
  try {
    await browser.driver.get(url);
    return await shown();
  } finally {
    await browser.driver.get("about:blank");
    await close();
  }
}

/** Waits for the outcome that the page shows. */
async function shown() {
  const { driver } = browser;
  for (const end = performance.now() + PATIENCE; performance.now() < end; await sleep(100)) {
    const outcome = await driver.executeScript("return document.documentElement.dataset.outcome");
    if (outcome) return JSON.parse(outcome);
  }
  const log = await driver.manage().logs().get("browser");
  throw new Error(`nothing in ${PATIENCE / 1000} s\n${log.map(({ message }) => message).join("\n")}`);
}

/** Imports the package in Node, where nothing of it can work. Returns a problem. */
function importInNode() {
  const program = `
    for (const file of ["index.js", "inline.js"]) {
      const { openLibrary, SecuenciaError } = await import(\`./\${file}\`);
      const error = await openLibrary().catch((error) => error);
      if (!(error instanceof SecuenciaError) || error.code !== "unsupported") throw error;
    }`;
  const node = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: join(ROOT, "package"),
    encoding: "utf8",
  });
  return node.stderr;
}

/**
 * The site on a plain static host that is updated while visitors use it: during the installation of the copy, between
 * two visits, back to an earlier build, and with two tabs open. No tab ever mixes files of two builds, and each says
 * when a new one is ready.
 */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import sirv from "sirv";
import { seal } from "../scripts/seal.mjs";
import { writeTone } from "./audio.mjs";
import { openBrowser } from "./engines.mjs";
import { Studio } from "./studio.mjs";

const folder = mkdtempSync(join(tmpdir(), "secuencia-updates-"));
let [browser, host, driver, studio, tone] = [];
before(async () => {
  for (const build of [1, 2, 3]) await makeBuild(build);
  browser = await openBrowser("chromium");
  ({ driver } = browser);
  studio = new Studio(driver);
  tone = readFileSync(writeTone(join(folder, "tone.wav"), { frequency: 440, seconds: 1 }), "base64");
});
after(async () => {
  await browser?.close();
  await host?.close();
  rmSync(folder, { recursive: true });
});

/** Starts a host with the first build. It has another port, and so an origin that the browser has never visited. */
async function begin() {
  await driver.deleteNetworkConditions().catch(() => {});
  await host?.close();
  host = await startHost();
}

test("an update of the host while the copy is installed: nothing is kept, and the next visit is whole", async () => {
  await begin();
  host.holdInstallation();
  await studio.open(host.url);
  assert.equal(await run(buildShown), 1);
  host.deploy(2);
  host.release();
  await run(awaitState, "redundant");
  await keeps(0);
  // Its own lazy parts are gone from the host, and it has no copy: it says so in words.
  await studio.openProject([writeFile("any.otio", "{}")]);
  const { problems } = await studio.view();
  assert.match(problems.join(), /could not be loaded.*Reload the page/);
  await studio.reload();
  assert.equal(await run(buildShown), 2);
  await run(awaitState, "activated");
  await offline();
  await assertWorks(2);
});

test("an update that does not match its own list, and then a rollback: the visitor keeps a whole build", async () => {
  await begin();
  await studio.open(host.url);
  await run(awaitState, "activated");
  // The host has the new service worker, and other files are still the old ones.
  host.deploy(2, { "/secuencia/engine_bg.wasm": 1 });
  assert.equal(await run(update), "redundant");
  await keeps(1);
  await studio.reload();
  await assertWorks(1);
  host.deploy(2);
  assert.equal(await run(update), "installed");
  host.deploy(1);
  await loadUpdate();
  await assertWorks(2);
  assert.equal(await run(update), "installed");
  await loadUpdate();
  await assertWorks(1);
  await studio.reload();
  await keeps(1);
  await offline();
  await studio.reload();
  await assertWorks(1);
});

test("with two tabs, each says that an update is ready, and the one that waits keeps its own files", async () => {
  await begin();
  await studio.open(host.url);
  await run(awaitState, "activated");
  const here = await driver.getWindowHandle();
  await driver.switchTo().newWindow("tab");
  await studio.open(host.url);
  const there = await driver.getWindowHandle();
  host.deploy(2);
  assert.equal(await run(update), "installed");
  await loadUpdate();
  assert.equal(await run(buildShown), 2);
  await driver.switchTo().window(here);
  await driver.wait(() => run(isUpdateShown), 10_000);
  // The host has none of these files any more. They load with the dialog, and at the first audio.
  await studio.openScript();
  await driver.executeScript("document.querySelector('#script-dialog').close()");
  await assertWorks(1);
  await keeps(2);
  // A further update, while the first tab still shows the first build.
  host.deploy(3);
  await driver.switchTo().window(there);
  assert.equal(await run(update), "installed");
  await loadUpdate();
  await driver.switchTo().window(here);
  await assertWorks(1);
  await loadUpdate();
  await assertWorks(3);
  await keeps(1);
});

test("a stale copy of the worker or of a module in a cache is fetched again", async () => {
  await begin();
  for (const path of ["/secuencia/worker.js", "/secuencia/engine_bg.wasm", "/secuencia/page_bg.wasm"]) {
    host.deploy(2, { [path]: 1 }, ({ headers }) => headers["cache-control"] === "no-cache");
    await driver.get(`${host.url}manifest.webmanifest`);
    assert.equal(await run(exportTone, tone), "a second", path);
  }
  host.deploy(2, { "/secuencia/engine_bg.wasm": 1, "/secuencia/inline.js": 1 });
  await driver.get(`${host.url}manifest.webmanifest`);
  assert.match(await run(exportTone, tone), /^load-failed: .*of another version than this code/);
});

test("on a host that sends no headers, the page has its policy", async () => {
  await begin();
  await studio.open(host.url);
  assert.deepEqual(await run(breakPolicy), ["TypeError", "TypeError", "TypeError"]);
});

/** Exports a sound with the page's own package, so that its worker and its engine are loaded, of the same build. */
async function assertWorks(build) {
  assert.equal(await run(buildShown), build);
  assert.equal(await run(exportTone, tone), "a second");
}

/** Presses “Reload” in the notice, and waits for the page. */
async function loadUpdate() {
  await driver.wait(() => run(isUpdateShown), 10_000);
  await driver.executeScript("document.body.dataset.old = ''");
  await studio.click("#update-notice button");
  await driver.wait(() => driver.executeScript("return document.body?.dataset.old === undefined"), 10_000);
  await studio.settled();
}

/** Waits until copies of so many builds are kept. A build that no tab shows is removed once a tab has loaded. */
async function keeps(count) {
  await driver.wait(async () => (await run(keptBuilds)).length === count, 10_000, `${count} builds`);
}

async function offline() {
  await driver.setNetworkConditions({ offline: true, latency: 0, download_throughput: 0, upload_throughput: 0 });
}

const run = (script, ...given) => driver.executeAsyncScript(script, ...given);

function writeFile(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Makes a build as a change of the code would: other chunk names, another name of the package's build, and a mark. */
async function makeBuild(number) {
  const built = join(folder, String(number));
  cpSync("dist", built, { recursive: true, filter: (path) => !/\.map$|\.d\.ts$|\/(node|cli)[^/]*\.js$/.test(path) });
  const [, own] = /"([0-9a-f]{12})"/.exec(readFileSync("dist/secuencia/worker.js", "utf8"));
  const files = readdirSync(built, { recursive: true }).filter((file) => /\.(js|wasm|html)$/.test(file));
  for (const file of files) {
    const text = readFileSync(join(built, file), "latin1")
      .replaceAll(own, own.slice(0, -1) + number)
      .replace(/\b(app-[\w-]+-\w{8})\.js/g, `$1${number}.js`);
    const mark = file === "app.js" ? `document.documentElement.dataset.build=${number};` : "";
    writeFileSync(join(built, file), mark + text, "latin1");
    if (/^app-[\w-]+-\w{8}\.js$/.test(file))
      renameSync(join(built, file), join(built, file.replace(".js", `${number}.js`)));
  }
  await seal(built);
}

/** Starts a static host without headers of its own. */
async function startHost() {
  const sites = new Map(
    [1, 2, 3].map((build) => [build, sirv(join(folder, String(build)), { dev: true, etag: true })]),
  );
  let [build, exceptions, isFresh] = [1, {}, () => false];
  let held;
  const server = createServer(async (request, response) => {
    // The installation fetches with a revalidation.
    if (held && request.headers.referer?.endsWith("service-worker.js")) await held;
    const other = isFresh(request) ? undefined : exceptions[request.url];
    sites.get(other ?? build)(request, response, () => response.writeHead(404).end("Not found"));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const control = {
    url: `http://localhost:${server.address().port}/`,
    /** Replaces all files by those of another build, but for some. */
    deploy(next, but = {}, freshIf = () => false) {
      [build, exceptions, isFresh] = [next, but, freshIf];
    },
    holdInstallation() {
      held = new Promise((resolve) => {
        control.release = resolve;
      });
    },
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
  return control;
}

// The functions below run in the page.

function buildShown(done) {
  done(Number(document.documentElement.dataset.build));
}

function isUpdateShown(done) {
  done(document.querySelector("#update-notice") !== null);
}

/** Waits until the newest service worker is in a state. */
async function awaitState(state, done) {
  for (;;) {
    const registration = await navigator.serviceWorker.getRegistration();
    const newest = registration?.installing ?? registration?.waiting ?? registration?.active;
    if (state === "redundant" ? !newest : newest?.state === state && navigator.serviceWorker.controller) return done();
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** Looks for a new service worker, and returns the state in which its installation ends. */
async function update(done) {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration.update();
  const { installing, waiting } = registration;
  if (!installing) return done(waiting?.state ?? "redundant");
  installing.addEventListener("statechange", () => done(installing.state));
}

async function keptBuilds(done) {
  done((await caches.keys()).filter((name) => / build /.test(name)));
}

async function exportTone(base64, done) {
  try {
    const { exportClips } = await import("/secuencia/index.js");
    const content = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
    const { durationSeconds } = await exportClips([content]);
    done(durationSeconds === 1 ? "a second" : `${durationSeconds} s`);
  } catch ({ code, message }) {
    done(`${code}: ${message}`);
  }
}

/** Does what the policy forbids, and returns the names of the errors. */
function breakPolicy(done) {
  const attempts = [
    () => {
      document.body.innerHTML = "<p>";
    },
    () => {
      document.createElement("script").textContent = "1";
    },
    () => new Worker("secuencia/worker.js"),
  ];
  done(
    attempts.map((attempt) => {
      try {
        attempt();
        return "none";
      } catch ({ name }) {
        return name;
      }
    }),
  );
}

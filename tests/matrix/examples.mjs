/**
 * Does in each example that has a project of its own what its user would: installs the packed package beside it, builds
 * it with its own tool, picks two files in Chromium, exports them, and compares the bytes with those of another one.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { By, until } from "selenium-webdriver";
import { openBrowser } from "../../webdriver/engines.mjs";
import { ROOT, run, runServer, serve } from "./serving.mjs";
import { installTools, pack } from "./tools.mjs";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
const FILES = ["05-pip.wav", "06-odette.mp3"].map((name) => resolve("www/sample", name));
/** How long a page may take, in milliseconds. */
const PATIENCE = 60_000;

/** Each page: makes and serves it in a folder that has the package in its `node_modules`. */
const PAGES = {
  "import-map": (folder) => serve(folder),
  async "vite-react"(folder) {
    await run(folder, "vite8/bin/vite.js", "build");
    return runServer(folder, "/", "vite8/bin/vite.js", (port) => ["preview", "--port", port, "--host", "localhost"]);
  },
  async webpack(folder) {
    await run(folder, "webpack-cli/bin/cli.js", "--mode", "production", "--output-path", "public");
    return serve(join(folder, "public"));
  },
  async next(folder) {
    await run(folder, "next/dist/bin/next", "build");
    return runServer(folder, "/", "next/dist/bin/next", (port) => ["start", "-p", port]);
  },
};

installTools();
pack();
const expected = joinInNode();
console.log("works  node");
const browser = await openBrowser("chromium");
try {
  for (const name of Object.keys(PAGES)) {
    const hash = await joinIn(name);
    if (hash !== expected) throw new Error(`examples/${name} makes another file than examples/node.`);
    console.log(`works  ${name}`);
  }
} finally {
  await browser.close();
}

/** Copies an example, and installs the package beside it. */
function installed(name) {
  const folder = join(ROOT, "apps", `example-${name}`);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join("examples", name), folder, { recursive: true });
  cpSync(join(ROOT, "package"), join(folder, "node_modules/secuencia"), { recursive: true });
  return folder;
}

/** Runs the example for Node, and returns its file's hash. */
function joinInNode() {
  const folder = installed("node");
  execFileSync(process.execPath, ["join.js", ...FILES], { cwd: folder, stdio: "pipe" });
  return hashOf(readFileSync(join(folder, "Joined.m4a")));
}

/** Joins the files in an example's page, and returns the hash of the file that it offers. */
async function joinIn(name) {
  const { driver } = browser;
  const { url, close } = await PAGES[name](installed(name));
  try {
    await driver.get(url);
    const input = await driver.wait(until.elementLocated(By.id("files")), PATIENCE);
    await input.sendKeys(FILES.join("\n"));
    await driver.findElement(By.id("export")).click();
    const link = await driver.wait(until.elementLocated(By.css("#result a")), PATIENCE);
    const content = await driver.executeAsyncScript(
      async (address, done) => {
        const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
        done(btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), "")));
      },
      await link.getAttribute("href"),
    );
    return hashOf(Buffer.from(content, "base64"));
  } catch (error) {
    const said = await driver
      .findElement(By.css("body"))
      .getText()
      .catch(() => "");
    throw new Error(`examples/${name}: ${error.message}\n${said}`);
  } finally {
    await driver.get("about:blank");
    await close();
  }
}

function hashOf(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * The three browser engines, driven through WebDriver.
 *
 * `openBrowser` starts a driver on a free port, with a new, empty profile and a folder for downloads. `close`, or the
 * end of this process, always removes the browser, driver, display and folder.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Builder, Capabilities } from "selenium-webdriver";

/**
 * Each engine's driver command line and session capabilities. `home` is the folder for this browser; its `downloads`
 * folder receives the page's downloads. `language` is the first of the languages that it asks pages for.
 */
const ENGINES = {
  chromium: {
    command: (port) => ["chromedriver", `--port=${port}`],
    capabilities: (home, language) => ({
      browserName: "chrome",
      "goog:loggingPrefs": { browser: "ALL" },
      "goog:chromeOptions": {
        binary: process.env.CHROMIUM ?? firstOf("/usr/bin/chromium", "/usr/bin/google-chrome"),
        args: [
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--autoplay-policy=no-user-gesture-required",
          `--user-data-dir=${join(home, "profile")}`,
        ],
        prefs: {
          "download.default_directory": join(home, "downloads"),
          "download.prompt_for_download": false,
          "intl.accept_languages": language,
        },
      },
    }),
  },
  firefox: {
    command: (port) => ["geckodriver", "--port", `${port}`, "--log", "fatal"],
    capabilities: (home, language) => ({
      browserName: "firefox",
      "moz:firefoxOptions": {
        binary: process.env.FIREFOX ?? firstOf("/usr/bin/firefox-esr", "/usr/bin/firefox"),
        args: ["-headless", "-profile", join(home, "profile")],
        prefs: {
          "browser.download.folderList": 2,
          "browser.download.dir": join(home, "downloads"),
          "browser.download.useDownloadDir": true,
          "browser.download.always_ask_before_handling_new_types": false,
          "media.autoplay.default": 0, // allowed, as in Chromium
          "intl.accept_languages": language,
        },
      },
    }),
  },
  webkit: {
    // Without compositing, screenshots include the page's fixed parts.
    command: (port) => [
      "env",
      "WEBKIT_DISABLE_COMPOSITING_MODE=1",
      "xvfb-run",
      "-a",
      "-s",
      "-screen 0 1280x1000x24",
      "WebKitWebDriver",
      `--port=${port}`,
    ],
    capabilities: () => ({
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": {
        binary:
          process.env.WEBKIT ??
          firstOf(...["x86_64", "aarch64"].map((cpu) => `/usr/lib/${cpu}-linux-gnu/webkit2gtk-4.1/MiniBrowser`)),
        args: ["--automation", "--autoplay-policy=allow"],
      },
    }),
  },
};

/** The time in milliseconds for a driver to end by itself, and for its display to remove its lock file. */
const GRACE_MS = 500;

export const engineNames = Object.keys(ENGINES);

const running = new Set();
process.on("exit", () => {
  for (const { kill } of running) kill("SIGTERM");
  if (running.size > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, GRACE_MS);
  for (const { clear } of running) clear();
});
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/**
 * Opens a browser.
 *
 * @param {"chromium" | "firefox" | "webkit"} name
 * @param {string} [home] the folder of a killed browser, whose profile and data this one takes over
 * @param {object} [capabilities] further ones of the session
 * @param {string} [language] the language that it asks pages for; WebKit's browser asks for the system's
 * @returns {Promise<{ driver: import("selenium-webdriver").WebDriver, pid: number, folder: string, take: (name:
 *   string, timeoutMs?: number) => Promise<string>, kill: () => Promise<string>, close: () => Promise<void> }>}
 *   `folder` is for the caller's files and is deleted with the browser; `take` waits for a download; `kill` ends the
 *   browser by a signal, like a power cut, and returns the folder for the next one
 */
export async function openBrowser(
  name,
  home = mkdtempSync(join(tmpdir(), `secuencia-${name}-`)),
  capabilities = {},
  language = "en-US",
) {
  const engine = ENGINES[name];
  const [downloads, folder] = [join(home, "downloads"), join(home, "files")];
  // WebKit's browser takes the download folder from the desktop's settings.
  for (const made of [downloads, folder, join(home, ".config"), join(home, "profile")])
    mkdirSync(made, { recursive: true });
  writeFileSync(join(home, ".config", "user-dirs.dirs"), `XDG_DOWNLOAD_DIR="${downloads}"\n`);

  // The port of a Firefox that was killed: its driver would wait there for the next one.
  rmSync(join(home, "profile", "MarionetteActivePort"), { force: true });

  const port = await freePort();
  const [command, ...args] = engine.command(port);
  // A separate process group, so that the driver's children end with it.
  const child = spawn(command, args, {
    detached: true,
    stdio: ["ignore", "ignore", process.env.DEBUG ? "inherit" : "ignore"],
    env: { ...process.env, LANGUAGE: language, HOME: home, TMPDIR: home, XDG_CONFIG_HOME: join(home, ".config") },
  });
  const ended = new Promise((resolve) => child.once("close", resolve).once("error", resolve));
  const browser = {
    /** Signals the whole group. Returns false if none of it is left. */
    kill(signal) {
      try {
        return process.kill(-child.pid, signal);
      } catch {
        return false;
      }
    },
    /** Kills any remaining processes, and removes the folder. */
    clear() {
      running.delete(browser);
      browser.kill("SIGKILL");
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
    async close() {
      browser.kill("SIGTERM");
      await browser.gone();
      browser.clear();
    },
    async gone() {
      for (let waited = 0; waited < GRACE_MS && browser.kill(0); waited += 20) await sleep(20);
    },
  };
  running.add(browser);

  try {
    await Promise.race([
      ready(port),
      ended.then((reason) =>
        Promise.reject(reason instanceof Error ? reason : new Error(`${command} ended: ${reason}`)),
      ),
    ]);
    const driver = await new Builder()
      .usingServer(`http://127.0.0.1:${port}`)
      .withCapabilities(new Capabilities({ ...engine.capabilities(home, language), ...capabilities }))
      .build();
    await driver.manage().window().setRect({ x: 0, y: 0, width: 1280, height: 900 });
    await driver.manage().setTimeouts({ script: 120_000, pageLoad: 60_000 });
    return {
      driver,
      pid: child.pid,
      folder,
      take: (file, timeoutMs) => take(downloads, file, timeoutMs),
      async kill() {
        browser.kill("SIGKILL");
        await browser.gone();
        running.delete(browser);
        return home;
      },
      async close() {
        await Promise.race([driver.quit().catch(() => {}), sleep(5000, undefined, { ref: false })]);
        await browser.close();
      },
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/**
 * Waits for a download to finish, and moves it out of the folder, so that its name is free for the next one. Returns
 * its path; throws after a timeout.
 */
async function take(folder, file, timeoutMs = 15_000) {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    const names = readdirSync(folder);
    // Each browser marks an unfinished download with another file beside it.
    if (names.includes(file) && !names.some((name) => /\.(crdownload|part|wkdownload)$/.test(name))) {
      const path = join(mkdtempSync(join(folder, "..", "taken-")), file);
      renameSync(join(folder, file), path);
      return path;
    }
    await sleep(50);
  }
  const found = readdirSync(folder).join(", ") || "nothing";
  throw new Error(`No download "${file}" after ${timeoutMs} ms; there is: ${found}`);
}

/** Waits until the driver on a port answers. */
async function ready(port) {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    const status = await fetch(`http://127.0.0.1:${port}/status`).then(
      (response) => response.json(),
      () => undefined,
    );
    if (status?.value?.ready) return;
    await sleep(50);
  }
  throw new Error(`The driver on port ${port} does not answer`);
}

/** Returns a free TCP port. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function firstOf(...paths) {
  return paths.find((path) => existsSync(path)) ?? paths[0];
}

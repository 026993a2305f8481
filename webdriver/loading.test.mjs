/**
 * The package on servers and pages that keep files from it, in each engine. Where there is a way, it works; where there
 * is none, the error says which file, what came and what helps. No job waits forever.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import sirv from "sirv";
import { engineNames, openBrowser } from "./engines.mjs";

const SOUND = readFileSync("tests/data/media/pcm-s16-48000-5.1.wav", "base64");
const HTML = '<!doctype html><title>waits</title><script type="module" src="/case.js"></script>';
const PAGE = (response) => response.writeHead(200, { "Content-Type": "text/html" }).end(HTML);
/** A page whose frame shows its title in this page's. Its origin is opaque: it has no database. */
const FRAMING = (response) =>
  response.writeHead(200, { "Content-Type": "text/html" }).end(`<!doctype html><title>waits</title>
    <script>onmessage = ({ data }) => { document.title = data; };</script>
    <iframe sandbox="allow-scripts" src="/framed"></iframe>`);
const MISSING = (response) => response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found");
const FILES = ["/secuencia/worker.js", "/secuencia/page_bg.wasm", "/secuencia/engine_bg.wasm", "/secuencia/inline.js"];

/** Answers of a server to the addresses that it knows better than `dist/`. */
const instead = (answer, ...paths) => Object.fromEntries(paths.map((path) => [path, answer]));

/**
 * Each case: what the server sends, the options of `openLibrary`, and what comes of adding a sound: `works`, or what
 * the message must have.
 */
const CASES = [
  { what: "all is there", expected: "works" },
  { what: "the worker is missing", answers: instead(MISSING, FILES[0]), expected: "works" },
  { what: "the engine is an HTML page", answers: instead(PAGE, FILES[2]), expected: "works" },
  { what: "only inline.js is there", answers: instead(PAGE, ...FILES.slice(0, 3)), expected: "works" },
  {
    what: "inline.js is used itself",
    answers: instead(MISSING, ...FILES.slice(0, 3)),
    from: "inline.js",
    expected: "works",
  },
  { what: "modules have no type", answers: instead(typeless, ...FILES.slice(1, 3)), expected: "works" },
  { what: "the package is on another origin", isForeign: true, expected: "works" },
  {
    what: "the package is on another origin, without its worker",
    isForeign: true,
    answers: instead(MISSING, FILES[0]),
    expected: "works",
  },
  {
    what: "the page is a sandboxed frame",
    answers: instead(FRAMING, "/page"),
    options: { storage: "memory" },
    expected: "works",
  },
  {
    what: "nothing is there",
    answers: instead(MISSING, ...FILES),
    expected: [/page_bg\.wasm cannot be loaded: the server answered 404/, /Tried next: inline\.js cannot be loaded/],
  },
  {
    what: "only the worker is missing from a folder that was named",
    answers: instead(MISSING, "/named/worker.js"),
    options: { moduleUrl: "named" },
    expected: [/\/named\/worker\.js cannot be loaded: the server answered 404/],
  },
  {
    what: "HTML comes for all of a folder that was named",
    answers: instead(PAGE, "/named/page_bg.wasm"),
    options: { moduleUrl: "/named/" },
    expected: [/\/named\/page_bg\.wasm cannot be loaded: the server sent an HTML page instead \(text\/html/],
  },
  {
    what: "HTML comes for a worker that was named",
    answers: instead(PAGE, "/named/worker.js"),
    options: { moduleUrl: "/named/" },
    expected: [/\/named\/worker\.js cannot be loaded: the server sent an HTML page instead \(text\/html/],
  },
  {
    what: "the policy forbids WebAssembly",
    policy: "script-src 'self'",
    expected: [/Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src/],
  },
  {
    what: "the policy forbids workers",
    policy: "worker-src 'none'",
    expected: [/did not start the worker/, /worker-src/],
  },
  { what: "the policy forbids workers of files, and allows Blobs", policy: "worker-src blob:", expected: "works" },
  {
    what: "the policy forbids every request",
    policy: "connect-src 'none'; worker-src 'self'",
    // The modules come as the code of inline.js, the worker as a file.
    expected: "works",
  },
  {
    what: "Trusted Types are demanded, and the package's policy is not allowed",
    engines: ["chromium"],
    policy: "require-trusted-types-for 'script'; trusted-types none-of-ours",
    expected: [/Trusted Types the policy secuencia/],
  },
];

for (const engine of engineNames) {
  test(engine, async (t) => {
    const browser = await openBrowser(engine);
    t.after(() => browser.close());
    for (const { what, answers = {}, policy, options = {}, from = "index.js", isForeign, expected, engines } of CASES) {
      if (engines && !engines.includes(engine)) continue;
      await t.test(what, async () => {
        const foreign = isForeign && (await serve(answers));
        const code = `${foreign ? foreign.url : "/"}secuencia/${from}`;
        const script = sendScript(`(${addSound})(${JSON.stringify([code, options, SOUND])});`);
        const pages = { "/page": PAGE, "/framed": PAGE, "/case.js": script };
        const server = await serve({ ...pages, ...answers }, policy);
        try {
          await browser.driver.get(`${server.url}page`);
          const came = await browser.driver.wait(async () => {
            const title = await browser.driver.getTitle();
            return title !== "waits" && title;
          }, 30_000);
          if (expected === "works") assert.equal(came, "works");
          else for (const words of [/^load-failed: /, ...expected]) assert.match(came, words);
        } finally {
          await server.close();
          if (foreign) await foreign.close();
        }
      });
    }
  });
}

/** Serves `dist/`, and its package again in the folder `named`, with other answers for some addresses. */
async function serve(answers, policy) {
  const setHeaders = (response) => {
    response.setHeader("Access-Control-Allow-Origin", "*");
    if (policy) response.setHeader("Content-Security-Policy", policy);
  };
  const site = sirv("dist", { dev: true, setHeaders });
  const server = createServer((request, response) => {
    setHeaders(response);
    const answer = answers[request.url];
    if (answer) return answer(response, request);
    request.url = request.url.replace(/^\/named\//, "/secuencia/");
    site(request, response, () => MISSING(response));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://localhost:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

/** Sends a module as a server does that does not know WebAssembly. */
function typeless(response, { url }) {
  response.writeHead(200, { "Content-Type": "application/octet-stream" }).end(readFileSync(`dist${url}`));
}

const sendScript = (text) => (response) => response.writeHead(200, { "Content-Type": "text/javascript" }).end(text);

/** Adds a sound to a library, in the page. The page's title becomes `works`, or the error. */
async function addSound([code, options, base64]) {
  try {
    const { openLibrary } = await import(code);
    const library = await openLibrary({ database: "loading", ...options });
    const content = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
    const { durationSeconds } = await library.addAsset(content);
    await library.close();
    document.title = durationSeconds > 0 ? "works" : "no sound";
  } catch (error) {
    document.title = `${error.code ?? error.name}: ${error.message}`;
  }
  // For the page around a frame.
  parent.postMessage(document.title, "*");
}

/**
 * The environments of the matrix. Each makes a page around the packed package in a folder of its own, as a web
 * developer would, and serves it.
 *
 * `files` says from where the package must load: `own` files beside the code or where the bundler put them, or `inside`
 * the code, from `inline.js`. `make test` leaves out those that are slow; the others together take some 100 seconds.
 */
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { run, runServer, serve } from "./serving.mjs";

const HERE = import.meta.dirname;
const ANY_ORIGIN = { "Access-Control-Allow-Origin": "*", "Timing-Allow-Origin": "*" };

/**
 * @typedef {object} Environment
 * @property {string} name
 * @property {"own" | "inside"} files
 * @property {boolean} [isSlow]
 * @property {(folder: string) => Promise<{ url: string, close: () => Promise<void> }>} open makes the page in a folder
 *   in whose `node_modules` the package is, and serves it
 */

/** @type {Environment[]} */
export const environments = [
  { name: "script type=module", files: "own", open: (folder) => plain(folder) },
  {
    name: "import map",
    files: "own",
    open(folder) {
      const map = { imports: { secuencia: "./secuencia/index.js" } };
      return plain(folder, { from: "secuencia", head: `<script type="importmap">${JSON.stringify(map)}</script>` });
    },
  },
  { name: "sub-path", files: "own", open: (folder) => plain(folder, { path: "/deep/down/" }) },
  {
    name: "named folder",
    files: "own",
    open(folder) {
      const page = plain(folder, { main: 'outcomeOf(run({ moduleUrl: "assets" })).then(show);' });
      cpSync(join(folder, "site/secuencia"), join(folder, "site/assets"), { recursive: true });
      for (const file of ["worker.js", "page_bg.wasm", "engine_bg.wasm", "inline.js"]) {
        rmSync(join(folder, "site/secuencia", file));
      }
      return page;
    },
  },
  {
    name: "named files",
    files: "own",
    open: (folder) =>
      plain(folder, {
        main: `outcomeOf(run({
          createWorker: () => new Worker("secuencia/worker.js", { type: "module" }),
          wasmUrls: { page: "secuencia/page_bg.wasm", engine: new URL("secuencia/engine_bg.wasm", location) },
        })).then(show);`,
      }),
  },
  { name: "other origin", files: "own", open: (folder) => otherOrigin(folder) },
  {
    name: "strict CSP",
    files: "own",
    open: (folder) =>
      plain(folder, {
        headers: csp("script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self'", "connect-src 'self'"),
      }),
  },
  {
    name: "strict CSP, other origin",
    files: "own",
    open: (folder) =>
      otherOrigin(folder, (origin) =>
        csp(`script-src 'self' ${origin} 'wasm-unsafe-eval'`, "worker-src blob:", `connect-src ${origin}`),
      ),
  },
  {
    name: "strict CSP, inline.js",
    files: "inside",
    open: (folder) => inline(folder, csp("script-src 'self' 'wasm-unsafe-eval'", "worker-src blob:")),
  },
  {
    name: "Trusted Types",
    files: "own",
    open: (folder) => plain(folder, { headers: TRUSTED_TYPES }),
  },
  { name: "Trusted Types, inline.js", files: "inside", open: (folder) => inline(folder, TRUSTED_TYPES) },
  {
    name: "COEP and COOP",
    files: "own",
    open: (folder) => plain(folder, { headers: ISOLATED }),
  },
  {
    name: "COEP and COOP, other origin",
    files: "own",
    open: (folder) => otherOrigin(folder, () => ISOLATED, { "Cross-Origin-Resource-Policy": "cross-origin" }),
  },
  { name: "COEP and COOP, inline.js", files: "inside", open: (folder) => inline(folder, ISOLATED) },
  {
    name: "own worker",
    files: "own",
    open(folder) {
      const page = plain(folder, {
        main: 'new Worker("in-worker.js", { type: "module" }).onmessage = ({ data }) => show(data);',
      });
      write(
        folder,
        "site/in-worker.js",
        'import { outcomeOf, run } from "./app.js";\noutcomeOf(run()).then(postMessage);',
      );
      return page;
    },
  },
  {
    name: "sandboxed frame",
    files: "own",
    // Its origin is opaque: it has no database, and its requests are those of another origin.
    open(folder) {
      const page = plain(folder, {
        headers: ANY_ORIGIN,
        main: 'outcomeOf(run({ storage: "memory" })).then((outcome) => parent.postMessage(outcome, "*"));',
      });
      renameSync(join(folder, "site/index.html"), join(folder, "site/frame.html"));
      write(folder, "site/index.html", '<!doctype html><script type="module" src="outer.js"></script>');
      write(folder, "site/outer.js", FRAMING);
      return page;
    },
  },
  { name: "inline.js alone", files: "inside", open: (folder) => inline(folder) },
  {
    name: "esbuild",
    files: "inside",
    async open(folder) {
      await esbuild(folder, "esm");
      return serve(join(folder, "site"));
    },
  },
  {
    name: "esbuild, IIFE",
    files: "inside",
    async open(folder) {
      await esbuild(folder, "iife");
      const page = read("pages/index.html").replace('type="module"', "defer");
      write(folder, "site/index.html", page);
      return serve(join(folder, "site"));
    },
  },
  {
    name: "esbuild, files copied",
    files: "own",
    async open(folder) {
      await esbuild(folder, "esm");
      copyFiles(folder);
      return serve(join(folder, "site"));
    },
  },
  {
    name: "Rollup, files copied",
    files: "own",
    async open(folder) {
      await rollup(folder);
      copyFiles(folder);
      return serve(join(folder, "site"));
    },
  },
  {
    name: "Rollup",
    files: "inside",
    async open(folder) {
      await rollup(folder);
      // Its server sends HTML for the modules that Rollup does not copy.
      return serve(join(folder, "site"), { isApp: true });
    },
  },
  ...[8, 7, 6, 5].flatMap((version) => vite(version)),
  {
    name: "Vite 5, dev, not prebundled",
    files: "own",
    open(folder) {
      write(folder, "vite.config.js", 'export default { optimizeDeps: { exclude: ["secuencia"] } };');
      return vite(5)[0].open(folder);
    },
  },
  {
    name: "Trusted Types, Vite 8, build",
    // The modules are files; the worker's address comes from no policy in a bundle, so it starts from inline.js.
    files: "own",
    async open(folder) {
      await bundle(folder, "vite8/bin/vite.js", "build", "--outDir", "site");
      return serve(join(folder, "site"), { headers: TRUSTED_TYPES });
    },
  },
  ...["production", "development"].map((mode) => ({
    name: `webpack 5, ${mode}`,
    files: "own",
    async open(folder) {
      await bundle(folder, "webpack-cli/bin/cli.js", "--entry", "./main.js", "--mode", mode, "-o", "site");
      return serve(join(folder, "site"));
    },
  })),
  ...["turbopack", "webpack"].flatMap((bundler) => next(bundler)),
  {
    name: "Parcel",
    files: "own",
    async open(folder) {
      await bundle(folder, "parcel/lib/bin.js", "build", "index.html", "--dist-dir", "site", "--no-cache");
      return serve(join(folder, "site"));
    },
  },
];

/** A page that shows the outcome of a frame. */
const FRAMING = `import { show } from "./app.js";
addEventListener("message", ({ data }) => show(data));
const frame = document.createElement("iframe");
frame.sandbox = "allow-scripts";
frame.src = "frame.html";
document.documentElement.append(frame);`;
const TRUSTED_TYPES = csp("require-trusted-types-for 'script'", "trusted-types secuencia");
const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

function csp(...directives) {
  const other = directives.some((directive) => directive.startsWith("script-src")) ? ["default-src 'none'"] : [];
  return { "Content-Security-Policy": [...other, ...directives].join("; ") };
}

/**
 * Serves a page without a bundler. The package is in its folder `secuencia`.
 *
 * @param {string} folder
 * @param {{ from?: string, main?: string, head?: string, headers?: Record<string, string>, path?: string }} [options]
 *   `from` is what the page imports, `main` its own code
 */
function plain(folder, { from = "./secuencia/index.js", main, head = "", headers, path } = {}) {
  cpSync(join(folder, "node_modules/secuencia"), join(folder, "site/secuencia"), { recursive: true });
  write(folder, "site/index.html", read("pages/index.html").replace("<script", `${head}$&`));
  write(folder, "site/app.js", read("pages/app.js").replace('"secuencia"', JSON.stringify(from)));
  write(
    folder,
    "site/main.js",
    main ? `import { outcomeOf, run, show } from "./app.js";\n${main}` : read("pages/main.js"),
  );
  return serve(join(folder, "site"), { ...(headers && { headers }), ...(path && { path }) });
}

/** Serves a page that has nothing of the package but `inline.js`. */
function inline(folder, headers) {
  const page = plain(folder, { from: "./inline.js", ...(headers && { headers }) });
  cpSync(join(folder, "site/secuencia/inline.js"), join(folder, "site/inline.js"));
  rmSync(join(folder, "site/secuencia"), { recursive: true });
  return page;
}

/** Serves a page that has the package from another origin. */
async function otherOrigin(folder, policy = () => ({}), more = {}) {
  const cdn = await serve(join(folder, "node_modules"), { headers: { ...ANY_ORIGIN, ...more } });
  const page = await plain(folder, {
    from: `${cdn.url}secuencia/index.js`,
    headers: policy(new URL(cdn.url).origin),
  });
  rmSync(join(folder, "site/secuencia"), { recursive: true });
  return { url: page.url, close: () => Promise.all([page.close(), cdn.close()]) };
}

/** Copies the page beside the package, and its HTML into `site`, into which a bundler writes. */
function prepare(folder) {
  cpSync(join(HERE, "pages"), folder, { recursive: true });
  cpSync(join(HERE, "pages/index.html"), join(folder, "site/index.html"));
}

/** Runs a bundler that writes into `site`. */
async function bundle(folder, script, ...args) {
  prepare(folder);
  await run(folder, script, ...args);
}

function rollup(folder) {
  return bundle(folder, "rollup/dist/bin/rollup", "main.js", "-d", "site", "-p", "@rollup/plugin-node-resolve");
}

/** Copies the package's files beside the bundle, for bundlers that do not. */
function copyFiles(folder) {
  for (const file of ["worker.js", "page_bg.wasm", "engine_bg.wasm"]) {
    cpSync(join(folder, "node_modules/secuencia", file), join(folder, "site", file));
  }
}

async function esbuild(folder, format) {
  prepare(folder);
  await build({
    ...{ absWorkingDir: folder, entryPoints: ["main.js"], outdir: "site", bundle: true, minify: true, format },
    // It warns that an IIFE has no import.meta. The package does without it.
    logLevel: "error",
  });
}

/** Vite's server for development, and its build with its server for previews; both below a path. */
function vite(version) {
  const script = `vite${version}/bin/vite.js`;
  const [path, base] = ["/deep/", ["--base", "/deep/"]];
  const server = (port) => [...base, "--port", port, "--strictPort", "--host", "localhost"];
  return [
    {
      name: `Vite ${version}, dev`,
      files: version === 8 ? "own" : "inside",
      open(folder) {
        cpSync(join(HERE, "pages"), folder, { recursive: true });
        return runServer(folder, path, script, server);
      },
    },
    {
      name: `Vite ${version}, build and preview`,
      files: "own",
      async open(folder) {
        cpSync(join(HERE, "pages"), folder, { recursive: true });
        await run(folder, script, "build", ...base);
        return runServer(folder, path, script, (port) => ["preview", ...server(port)]);
      },
    },
  ];
}

/** Next's app router, built and served, and its server for development. */
function next(bundler) {
  const script = "next/dist/bin/next";
  const prepare = (folder) => {
    cpSync(join(HERE, "pages/app.js"), join(folder, "app.js"));
    cpSync(join(HERE, "projects/next"), folder, { recursive: true });
  };
  return [
    {
      name: `Next 16, ${bundler}, build and start`,
      files: "own",
      isSlow: true,
      async open(folder) {
        prepare(folder);
        await run(folder, script, "build", `--${bundler}`);
        return runServer(folder, "/", script, (port) => ["start", "-p", port]);
      },
    },
    {
      name: `Next 16, ${bundler}, dev`,
      files: "own",
      isSlow: true,
      open(folder) {
        prepare(folder);
        return runServer(folder, "/", script, (port) => ["dev", `--${bundler}`, "-p", port]);
      },
    },
  ];
}

function read(file) {
  return readFileSync(join(HERE, file), "utf8");
}

function write(folder, file, text) {
  writeFileSync(join(folder, file), text);
}

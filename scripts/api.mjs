/**
 * Reads the package's public API from its entry points: all that they export, and every member of it. `check-docs.mjs`
 * checks that each item has a doc comment, and `make docs` writes the reference into target/api.
 *
 *     node scripts/api.mjs
 *
 * typedoc makes it, since it also knows which items lack a comment. It needs the compiler's API in JavaScript, which
 * TypeScript 7 no longer has. So typedoc has its own TypeScript 6, in scripts/typedoc, and `tsc` stays the native one.
 */
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Application } from "./typedoc/node_modules/typedoc/dist/index.js";

const ENTRY_POINTS = ["index", "follow-along", "otio", "archive", "describe", "project", "node"].map(
  (name) => `package/${name}.ts`,
);
const TSCONFIG = "scripts/typedoc/tsconfig.json";
const OUT = "target/api";

/** The options of typedoc for a package. */
const options = (entryPoints, tsconfig) => ({
  name: "API reference",
  entryPoints,
  tsconfig,
  excludeInternal: true,
  excludePrivate: true,
  // The compiler that checks the code is another one.
  skipErrorChecking: true,
  // The sources are not on the server, and a checkout need not have a remote.
  disableSources: true,
  logLevel: "None",
});

/**
 * @param {string[]} [entryPoints]
 * @param {string} [tsconfig]
 * @returns {Promise<string[]>} a sentence for each public item that has no doc comment, or that the reference lacks
 */
export async function undocumented(entryPoints = ENTRY_POINTS, tsconfig = TSCONFIG) {
  const app = await Application.bootstrap({
    ...options(entryPoints, tsconfig),
    validation: { notDocumented: true, notExported: true, invalidLink: true },
  });
  const problems = [];
  app.logger.validationWarning = app.logger.warn = (message) => problems.push(message);
  const project = await app.convert();
  if (!project) return ["The entry points cannot be read."];
  app.validate(project);
  return problems;
}

/** Writes the reference. */
async function write() {
  const app = await Application.bootstrap({
    ...options(ENTRY_POINTS, TSCONFIG),
    readme: "package/README.md",
    hideGenerator: true,
    navigationLinks: { Studio: "../" },
    out: OUT,
    logLevel: "Warn",
  });
  const project = await app.convert();
  if (!project) throw new Error("The entry points cannot be read.");
  rmSync(OUT, { recursive: true, force: true });
  await app.generateOutputs(project);
}

if (import.meta.filename === process.argv[1]) {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  await write();
}

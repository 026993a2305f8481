import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { undocumented } from "./api.mjs";

const folder = mkdtempSync(join(tmpdir(), "check-docs-"));
after(() => rmSync(folder, { recursive: true }));

const TSCONFIG = { compilerOptions: { module: "ESNext", moduleResolution: "Bundler", types: [] }, files: ["index.ts"] };

/** The problems of a package with these files. */
function problemsOf(files) {
  const all = { "package.json": '{ "name": "fixture" }', "tsconfig.json": JSON.stringify(TSCONFIG), ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  return undocumented([join(folder, "index.ts")], join(folder, "tsconfig.json"));
}

test("every member of whatever is exported needs a comment, wherever it is declared", async () => {
  const problems = await problemsOf({
    "index.ts": `
      export type { Shape } from "./shapes.js";
      /** Opens. */
      export function open(): void {}
      export function close(): void {}
      /** Holds. */
      export class Holder {
        get size(): number { return 0; }
        private hidden = 0;
        /** @internal */
        own(): number { return this.hidden; }
      }`,
    "shapes.ts": `
      /** A shape. */
      export interface Shape {
        /** Pixels. */
        width: number;
        height: number;
        /** A place. */
        at: { x: number };
      }
      export interface Private { nothing: string }`,
  });
  const named = problems.map((problem) => /^\S+/.exec(problem)?.[0]).sort();
  assert.deepEqual(named, ["Holder.size", "Shape.at.__type.x", "Shape.height", "close"]);
});

test("a public item may not refer to a type that is not exported", async () => {
  const problems = await problemsOf({
    "index.ts": `
      interface Options { wide: boolean }
      /** Opens. */
      export function open(options: Options): void { void options; }`,
  });
  assert.equal(problems.length, 1);
  assert.match(problems[0], /Options.*referenced by open/);
});

test("a package whose items all have comments passes", async () => {
  assert.deepEqual(await problemsOf({ "index.ts": "/** Opens. */\nexport function open(): void {}" }), []);
});

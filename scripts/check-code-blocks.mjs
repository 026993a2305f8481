/**
 * Fails if a code block of a document is not right for the package's types, as they are published.
 *
 * Every block of JavaScript or TypeScript is checked as a module that imports the package from dist/secuencia, whose
 * declarations are checked too, and so is every script in a block of HTML, Vue or Svelte. TypeScript is checked
 * strictly. A block may use the names that scripts/code-blocks.d.ts declares. A block behind the comment
 * `<!-- not checked: why -->` is left out.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = "target/code-blocks";
/** The languages that are checked, each with its folder and the ending of its modules. */
const LANGUAGES = {
  js: { folder: "plain", ending: "ts" },
  jsx: { folder: "plain", ending: "tsx" },
  ts: { folder: "strict", ending: "ts" },
  tsx: { folder: "strict", ending: "tsx" },
};
/** A script in HTML that has its code there and is no data: its attributes, and its code. */
const SCRIPTS = /<script((?:(?! src=| type="(?!module"))[^>])*)>\n(.*?)<\/script>/gs;

/**
 * Finds a document's blocks of code.
 *
 * @param {string} markdown
 * @returns {{ line: number, language: string, code: string, excuse: string | undefined }[]} `line` is that of the
 *   block's first line of code
 */
export function blocksOf(markdown) {
  const blocks = [];
  const fence = /(?:<!-- not checked: (.+?) -->\n+)?^( *)```(\w+)\n(.*?)^ *```$/gms;
  for (const { index, 0: whole, 1: excuse, 2: indent, 3: language, 4: code } of markdown.matchAll(fence)) {
    const start = index + whole.indexOf("```");
    const line = markdown.slice(0, start).split("\n").length + 1;
    const flush = indent ? code.replaceAll(new RegExp(`^${indent}`, "gm"), "") : code;
    const block = { line, language, code: flush, excuse };
    blocks.push(...(language === "html" ? scriptsOf(block) : [block]));
  }
  return blocks;
}

/** Finds the scripts of a block of HTML, Vue or Svelte that have their code in it, as blocks of their own. */
function scriptsOf({ line, code, excuse }) {
  return [...code.matchAll(SCRIPTS)].map(({ index, 0: whole, 1: attributes, 2: inside }) => {
    const before = code.slice(0, index + whole.indexOf(">")).split("\n").length;
    return { line: line + before, language: /\blang="ts"/.test(attributes) ? "ts" : "js", code: inside, excuse };
  });
}

/**
 * Makes a module of a block, with as many lines before its code as the document has, so that errors name its lines.
 *
 * @param {{ line: number, code: string }} block
 */
export function moduleOf({ line, code }) {
  return `${"\n".repeat(line - 1)}${code}\nexport {};\n`;
}

/** Writes every block of these documents as a module. Returns the number of blocks. */
function write(paths) {
  let count = 0;
  for (const path of paths) {
    for (const block of blocksOf(readFileSync(path, "utf8"))) {
      const language = LANGUAGES[block.language];
      if (!language || block.excuse) continue;
      count += 1;
      const name = `${path.replaceAll(/[/\\]/g, "__").replace(/\.md$/, "")}__${block.line}.${language.ending}`;
      writeFileSync(join(FOLDER, language.folder, name), moduleOf(block));
    }
  }
  return count;
}

/** Says where in the document an error of the compiler is. */
export function located(errors) {
  return errors.replaceAll(/^(?:.*\/)?([^/(\s]+)__\d+\.tsx?\((\d+),/gm, (_, page, line) => {
    return `${page.replaceAll("__", "/")}.md(${line},`;
  });
}

const OPTIONS = {
  target: "ES2022",
  module: "ESNext",
  moduleResolution: "Bundler",
  lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
  types: [],
  jsx: "preserve",
  skipLibCheck: false,
  noEmit: true,
  verbatimModuleSyntax: true,
};

if (import.meta.filename === process.argv[1]) {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(join(FOLDER, "node_modules"), { recursive: true });
  symlinkSync("../../../dist/secuencia", join(FOLDER, "node_modules/secuencia"));
  for (const folder of ["plain", "strict"]) {
    mkdirSync(join(FOLDER, folder));
    copyFileSync("scripts/code-blocks.d.ts", join(FOLDER, folder, "names.d.ts"));
    const compilerOptions = { ...OPTIONS, strict: folder === "strict" };
    writeFileSync(join(FOLDER, folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*"] }));
  }
  const docs = readdirSync("docs", { recursive: true }).filter((name) => name.endsWith(".md"));
  const pages = ["README.md", "package/README.md", "examples/README.md", ...docs.map((name) => join("docs", name))];
  console.log(`${write(pages)} blocks of code are checked.`);
  for (const folder of ["plain", "strict"]) {
    try {
      execFileSync("node_modules/.bin/tsc", ["--project", join(FOLDER, folder)], { encoding: "utf8" });
    } catch (error) {
      console.error(located(String(error.stdout ?? error)));
      process.exitCode = 1;
    }
  }
}

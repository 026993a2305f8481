import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksOf, located, moduleOf } from "./check-code-blocks.mjs";

const PAGE = `# Title

\`\`\`js
one();
\`\`\`

1. A list:

   \`\`\`ts
   two();
   \`\`\`

<!-- not checked: it is another package's -->

\`\`\`js
three();
\`\`\`
`;

test("the blocks of a page are found, with their lines, languages and excuses", () => {
  assert.deepEqual(blocksOf(PAGE), [
    { line: 4, language: "js", code: "one();\n", excuse: undefined },
    { line: 10, language: "ts", code: "two();\n", excuse: undefined },
    { line: 16, language: "js", code: "three();\n", excuse: "it is another package's" },
  ]);
});

test("of a page or a component, the scripts are found", () => {
  const html = [
    "```html",
    '<script type="importmap">',
    "{}",
    "</script>",
    '<script setup lang="ts">',
    "one();",
    "</script>",
  ];
  assert.deepEqual(blocksOf([...html, "<script>", "two();", "</script>", "```", ""].join("\n")), [
    { line: 6, language: "ts", code: "one();\n", excuse: undefined },
    { line: 9, language: "js", code: "two();\n", excuse: undefined },
  ]);
});

test("an error names the line of the page", () => {
  const lines = moduleOf(blocksOf(PAGE)[1]).split("\n");
  assert.equal(lines[9], "two();");
  assert.equal(located("target/code-blocks/docs__page__10.ts(10,1): error TS2304"), "docs/page.md(10,1): error TS2304");
});

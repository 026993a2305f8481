import assert from "node:assert/strict";
import { test } from "node:test";
import { review } from "./release.mjs";

const GOOD = {
  cargo: '[package]\nname = "secuencia"\nversion = "1.2.0"\n\n[dependencies]\nserde = "1"\n',
  npm: '{ "version": "1.2.0" }',
  changelog: "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-12-01\n\n## [1.1.0] - 2026-11-01\n",
  changes: "",
  head: "abc",
  commitOf: () => undefined,
};

test("a version that all files agree on can be released, before and after it is tagged", () => {
  assert.deepEqual(review(GOOD), { version: "1.2.0", problems: [] });
  assert.deepEqual(review({ ...GOOD, commitOf: (tag) => tag === "v1.2.0" && "abc" }).problems, []);
});

for (const [name, change, expected] of [
  ["two versions", { npm: '{ "version": "1.3.0" }' }, /Cargo.toml has version 1.2.0, package\/package.json has 1.3.0/],
  ["a changelog without it", { changelog: "## [1.1.0] - 2026-11-01" }, /newest entry of CHANGELOG.md is 1.1.0/],
  ["an entry without a date", { changelog: "## [1.2.0] - unreleased" }, /has no date/],
  ["work that is not committed", { changes: " M README.md\n" }, /Not everything is committed:\n M README.md/],
  ["a tag on another commit", { commitOf: () => "def" }, /The tag v1.2.0 is on another commit, def/],
]) {
  test(`${name} stops the release`, () => {
    const { problems } = review({ ...GOOD, ...change });
    assert.equal(problems.length, 1);
    assert.match(problems[0], expected);
  });
}

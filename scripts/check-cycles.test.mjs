import assert from "node:assert/strict";
import { test } from "node:test";
import { circlesIn } from "./check-cycles.mjs";

/** Returns the circles among files, given as an object; each circle as the files on its path. */
const circles = (files) => circlesIn(new Map(Object.entries(files))).map((steps) => steps.map(({ file }) => file));

test("two files that use each other's items are a circle, and it says which items", () => {
  const found = circlesIn(
    new Map([
      ["lib.rs", "mod a; mod b;"],
      ["a.rs", "use crate::b::Back; pub struct There;"],
      ["b.rs", "pub struct Back; fn go() { super::a::There; }"],
    ]),
  );
  assert.deepEqual(found, [
    [
      { file: "a.rs", item: "Back" },
      { file: "b.rs", item: "There" },
    ],
  ]);
});

test("a circle is found over several files, behind re-exports, groups, other names and globs", () => {
  const files = {
    "lib.rs": "pub mod a; mod b; mod c;",
    "a/mod.rs": "mod deep; pub use deep::{inner::{Thing, Other as Renamed}};",
    "a/deep.rs": "pub mod inner;",
    "a/deep/inner.rs": "use crate::b::go; pub struct Thing; pub struct Other;",
    "b.rs": "use super::c::*; pub fn go() { back() }",
    "c.rs": "use crate::a::Renamed as Again; pub fn back() {}",
  };
  assert.deepEqual(circles(files), [["a/deep/inner.rs", "b.rs", "c.rs"]]);
});

test("a parent may declare and re-export a child that uses it, but not name the child's items", () => {
  const child = "use super::Shared; pub struct Item;";
  const parent = "mod child; pub use child::Item; pub struct Shared;";
  assert.deepEqual(circles({ "lib.rs": "mod a;", "a.rs": parent, "a/child.rs": child }), []);
  const naming = `${parent} pub fn make() -> Item { Item }`;
  assert.deepEqual(circles({ "lib.rs": "mod a;", "a.rs": naming, "a/child.rs": child }), [["a.rs", "a/child.rs"]]);
});

test("tests, comments and strings import nothing", () => {
  const files = {
    "lib.rs": "mod a; mod b;",
    "a.rs": `use crate::b::B; pub struct A;`,
    "b.rs": `// crate::a::A
      pub struct B;
      const TEXT: &str = r#"crate::a::A "quoted""#;
      const QUOTE: char = '"';
      fn borrow<'a>(text: &'a str) -> &'a str { text }
      #[cfg(test)]
      mod tests { use crate::a::A; fn f() { if true {} } }
      #[cfg(test)]
      #[path = "checks.rs"]
      mod checks;`,
    "b/checks.rs": "use crate::a::A; use super::B;",
  };
  assert.deepEqual(circles(files), []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { firstKnown } from "./words.ts";

test("the page speaks the first language of the reader that it knows, and else English", () => {
  assert.equal(firstKnown(["es-MX", "en"]), "es");
  assert.equal(firstKnown(["de-AT", "EN-GB", "es"]), "en");
  assert.equal(firstKnown(["", "ca", "es-419"]), "es");
  assert.equal(firstKnown(["toString", "constructor-x", "pl"]), "en");
  assert.equal(firstKnown([]), "en");
});

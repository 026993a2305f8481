/** Base64 encoding and decoding. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { base64Length, decodeBase64, encodeBase64 } from "./base64.js";

test("it is what everybody else makes of the same bytes, whatever their number", () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 151 + length * 7) & 255);
    const room = new Uint8Array(base64Length(length) + 5);
    const encoded = Buffer.from(encodeBase64(bytes, room)).toString();
    assert.equal(encoded, Buffer.from(bytes).toString("base64"));
    assert.deepEqual(decodeBase64(encoded), bytes);
  }
});

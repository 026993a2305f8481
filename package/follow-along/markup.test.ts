/** Text in HTML stays text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clockTime } from "./clock.js";
import { escaped, jsonInScript } from "./markup.js";

test("what means something in HTML is escaped, for an element and for an attribute", () => {
  assert.equal(escaped(`<a href="x" title='y'>&amp;`), "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;");
  assert.equal(escaped("Zoë & 日本"), "Zoë &amp; 日本");
});

test("nothing in JSON ends its script element, opens a comment or breaks a line, and it reads back as it was", () => {
  const hostile = { title: '</script><!-- <script> ]]> \u2028\u2029 & " \\ \u0000 \ud800' };
  const json = jsonInScript(hostile);
  assert.ok(!/[<>&\u2028\u2029\n]/.test(json), json);
  assert.deepEqual(JSON.parse(json), hostile);
});

test("a time is shown as players show it, to the second begun", () => {
  const shown = [0, 9.99, 61, 3599.9, 3600, 36_061.5, -1].map(clockTime);
  assert.deepEqual(shown, ["0:00", "0:09", "1:01", "59:59", "1:00:00", "10:01:01", "0:00"]);
});

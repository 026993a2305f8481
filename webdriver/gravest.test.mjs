/** Some of the gravest faults in Firefox and WebKit, always the same. `make faults` throws all ten, at any moment. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { throwInEngines } from "./faults/engines.mjs";

const KINDS = ["the leading worker throws", "the tab leaves the page", "a picked file is deleted before it is read"];

describe("the gravest faults", { concurrency: true }, () => {
  for (const engine of ["firefox", "webkit"]) {
    test(`${engine}: each ends in time and in words, and nothing is lost`, async (t) => {
      const only = `^(${KINDS.join("|")})$`;
      const found = await throwInEngines({
        seed: 19,
        rounds: 1,
        engines: [engine],
        only,
        onFault: (line) => t.diagnostic(line),
      });
      assert.deepEqual(
        found.map(({ kind }) => kind),
        KINDS,
      );
      assert.deepEqual(
        found.filter(({ wrong }) => wrong.length > 0),
        [],
      );
    });
  }
});

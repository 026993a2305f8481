/**
 * The file is the same with one worker and with many, and an export succeeds even if some workers are lost.
 *
 * Firefox is left out: its driver runs scripts in a sandbox whose byte arrays differ from the page's.
 * `engines.test.mjs` covers it through the page, with one worker per core.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { startSession } from "./session.mjs";

for (const engine of ["chromium", "webkit"]) {
  // Concurrent, because one of the tests waits for a while.
  describe(engine, { concurrency: true }, () => {
    test("the file is the same for 1, 2, 3 and 8 workers, and without those that are lost", async (t) => {
      const session = await startSession(engine);
      t.after(session.close);
      await session.studio.open(session.site.url);
      const exported = await session.driver.executeAsyncScript(
        `${copyOfTheSample}; (${exportInAllWays})(...arguments)`,
      );
      assert.equal(exported.error, undefined);
      const [alone, ...others] = exported.files;
      assert.equal(alone.workers, 1);
      for (const { hash, loudness } of others) assert.deepEqual([hash, loudness], [alone.hash, alone.loudness]);
      assert.ok(
        others.some(({ workers }) => workers > 1),
        "helpers have helped",
      );
    });

    test("workers with nothing to do are ended, and the next export has others", async (t) => {
      const session = await startSession(engine);
      t.after(session.close);
      await session.studio.open(session.site.url);
      const { error, before, after, hashes } = await session.driver.executeAsyncScript(
        `${copyOfTheSample}; (${exportAfterARest})(...arguments)`,
      );
      assert.equal(error, undefined);
      assert.ok(before.running > 0, "they are kept for a while");
      assert.equal(after.running, 0);
      assert.equal(hashes[1], hashes[0]);
    });
  });
}

// The functions below run in the page.

/** Copies the sample's audio into a library of the test's own: the studio sweeps timelines that it does not know. */
async function copyOfTheSample(openLibrary) {
  const studio = await openLibrary({ database: "secuencia-studio" });
  const library = await openLibrary({ database: "workers" });
  const ids = (await studio.assets()).map(({ id }) => id);
  for (const id of ids) await library.copyAsset(id, studio);
  await studio.close();
  return [library, ids];
}

async function exportAfterARest(done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    const count = { running: 0 };
    const Started = window.Worker;
    window.Worker = class extends Started {
      constructor(...how) {
        super(...how);
        count.running += 1;
      }
      terminate() {
        super.terminate();
        count.running -= 1;
      }
    };
    const [library, ids] = await copyOfTheSample(openLibrary);
    const { id } = await library.buildTimeline("All of it", ids);
    const hash = async () => {
      const { file } = await library.exportAudio(id, { workers: 2 });
      return String(new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())));
    };
    const hashes = [await hash()];
    const before = { ...count };
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    const after = { ...count };
    hashes.push(await hash());
    await library.close();
    done({ before, after, hashes });
  } catch (error) {
    done({ error: String(error) });
  }
}

async function exportInAllWays(done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    const files = [];
    const [copy, ids] = await copyOfTheSample(openLibrary);
    await copy.close();
    for (const workers of [1, 2, 3, 8]) files.push(await exportWith(workers));
    // From here on, every second new worker ends at once.
    const Started = window.Worker;
    let count = 0;
    window.Worker = class extends Started {
      constructor(...how) {
        super(...how);
        if (count++ % 2 === 1) this.terminate();
      }
    };
    files.push(await exportWith(4));
    done({ files });

    async function exportWith(workers) {
      const library = await openLibrary({ database: "workers" });
      const { id } = await library.buildTimeline("All of it", ids);
      const { file, stats, loudness } = await library.exportAudio(id, { workers });
      await library.close();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
      return { workers: stats.workers, loudness, hash: String(digest) };
    }
  } catch (error) {
    done({ error: String(error) });
  }
}

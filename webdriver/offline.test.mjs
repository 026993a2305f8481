/** After one visit the page needs no network: it loads, imports and exports without the server. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { decode, writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";

let session;
before(async () => {
  session = await startSession();
});
after(() => session?.close());

test("with the server stopped and the network off, the page loads, adds audio, exports and reads scripts", async () => {
  const { studio, driver, site, browser, folder } = session;
  await studio.open(site.url);
  await driver.executeAsyncScript((done) => navigator.serviceWorker.ready.then(() => done()));
  const clips = await studio.clips();

  await site.close();
  await driver.setNetworkConditions({ offline: true, latency: 0, download_throughput: 0, upload_throughput: 0 });
  await studio.reload();
  assert.deepEqual(await studio.clips(), clips);

  await studio.clear();
  await studio.addAudio(writeTone(join(folder, "offline.wav"), { frequency: 440, seconds: 2 }));
  const { state, result } = await studio.export();
  assert.equal(state, "done");
  assert.equal(decode(await browser.take(result.name)).length, 2 * 44_100);
  // Code that loads later is cached too.
  await studio.openScript();
  await session.screenshot("offline");
});

/**
 * Coordinates the tabs in which the studio is open. All tabs share one lock for as long as they live. A tab that tidies
 * up holds a second lock: it does so only if there is no other tab, and a new tab waits until it is done. So nothing is
 * removed that another tab shows, is adding, or could undo.
 */

/** Earlier versions of the studio hold this lock exclusively. */
const OPEN = "studio";
const TIDYING = "studio, tidying up";

/** How long a tab waits for the shared lock, in milliseconds. An earlier version may never release it. */
const JOINING_MS = 1000;
/** How long a closed or reloaded page may take to release its lock, and how often to check. */
const LEAVING_MS = 3000;
const LOOK_MS = 250;
/** How long a tab waits for another to tidy up. */
const TIDYING_MS = 10_000;

let isIn = false;

/** Joins the other tabs. Call it before loading anything. */
export async function joinTabs(): Promise<void> {
  const joined = new Promise<void>((resolve, reject) => {
    const stay = () => {
      isIn = true;
      resolve();
      return new Promise<never>(() => {});
    };
    navigator.locks.request(OPEN, { mode: "shared" }, stay).catch(reject);
  });
  await Promise.race([joined, sleep(JOINING_MS)]);
  await Promise.race([navigator.locks.request(TIDYING, { mode: "shared" }, () => {}), sleep(TIDYING_MS)]);
}

/** Tidies up if this is the only tab, once closing tabs are gone. Returns false if there is another. */
export async function whenAlone(tidyUp: () => Promise<void>): Promise<boolean> {
  for (let waited = 0; waited < LEAVING_MS && !(await isAlone()); waited += LOOK_MS) await sleep(LOOK_MS);
  return navigator.locks.request(TIDYING, async () => {
    if (!(await isAlone())) return false;
    await tidyUp();
    return true;
  });
}

async function isAlone(): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.filter(({ name }) => name === OPEN).length === (isIn ? 1 : 0);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

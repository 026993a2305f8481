/**
 * The tabs in which this page is open. Each shares one lock with the others for as long as it lives. Another lock is
 * for the tab that tidies up: it does so only where there is no other tab, and a tab that comes waits until it is done.
 * So nothing is removed that another tab shows, is adding, or could take back.
 */

/** The versions before this one hold it too, each tab for itself. */
const OPEN = "studio";
const TIDYING = "studio, tidying up";

/** How long a tab waits to join, in milliseconds: not for ever for one of the versions before. */
const JOINING_MS = 1000;
/** How long a page that was left or reloaded may take to let go, and the time between two looks. */
const LEAVING_MS = 3000;
const LOOK_MS = 250;
/** How long a tab waits for one that tidies up. */
const TIDYING_MS = 10_000;

let isIn = false;

/** Joins the other tabs. Call it before anything is read. */
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

/** Tidies up, if there is no other tab once those that are on their way out are gone; false if there is one. */
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

/** Keeps the page available offline, and tells when a new version is ready. The user decides when to load it. */
import { signal } from "@preact/signals";

/** Whether a new version is ready to be loaded. */
export const isUpdateReady = signal(false);

/** The name of the build that this tab shows, from `scripts/seal.mjs`. */
export const BUILD = document.querySelector<HTMLMetaElement>("meta[name=build]")?.content ?? "";

/** A tab that is open for long looks for a new version this often, in milliseconds, when the user comes back to it. */
const CHECK_EVERY_MS = 3_600_000;

let waiting: ServiceWorker | null = null;
let isAskedFor = false;

/** Installs the service worker, which keeps a copy of the whole page. */
export async function stayAvailableOffline(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  // The worker answers if it is of another build: another tab has loaded the new version, and this one shows the old.
  serviceWorker.addEventListener("message", ({ data }) => {
    if (data === "update" && serviceWorker.controller) isUpdateReady.value = true;
  });
  const sayBuild = (worker: ServiceWorker | null) => worker?.postMessage({ build: BUILD });
  serviceWorker.addEventListener("controllerchange", () => {
    if (isAskedFor) location.reload();
    else sayBuild(serviceWorker.controller);
  });
  const registration = await serviceWorker.register(scriptAddress("service-worker.js"));
  const check = () => {
    if (!registration.waiting || !serviceWorker.controller) return;
    waiting = registration.waiting;
    isUpdateReady.value = true;
  };
  check();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", check));
  sayBuild((await serviceWorker.ready).active);
  let checkedAt = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() < checkedAt + CHECK_EVERY_MS) return;
    checkedAt = Date.now();
    // Without a network, the next look finds it.
    registration.update().catch(() => {});
  });
}

/** Loads the new version. */
export function loadUpdate(): void {
  isAskedFor = true;
  if (waiting?.state === "installed") waiting.postMessage("activate");
  else location.reload();
}

interface Policy {
  createScriptURL(url: string): string;
}

/** Returns the address of a script in the form that the page's policy demands (Trusted Types). */
function scriptAddress(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } };
  return trustedTypes?.createPolicy("secuencia-studio", { createScriptURL: (own) => own }).createScriptURL(url) ?? url;
}

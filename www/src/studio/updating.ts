/** Keeps the page available offline, and tells when a new version is ready. The user decides when to load it. */
import { signal } from "@preact/signals";

/** Whether a new version is ready to be loaded. */
export const isUpdateReady = signal(false);

let waiting: ServiceWorker | null = null;
let isAskedFor = false;

/** Installs the service worker, which keeps a copy of the whole page. */
export async function stayAvailableOffline(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const hadController = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isAskedFor) location.reload();
    // Another tab has loaded the new version. This one still runs the old.
    else if (hadController) isUpdateReady.value = true;
  });
  const registration = await navigator.serviceWorker.register("service-worker.js");
  const check = () => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    waiting = registration.waiting;
    isUpdateReady.value = true;
  };
  check();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", check));
}

/** Loads the new version. */
export function loadUpdate(): void {
  isAskedFor = true;
  if (waiting?.state === "installed") waiting.postMessage("activate");
  else location.reload();
}

/**
 * Keeps a copy of the whole page, so that everything works with the network off after one visit. The build writes the
 * list of files, each with its content's hash. A new version waits until the page, on the user's word, activates it.
 */
import { clientsClaim } from "workbox-core";
import { cleanupOutdatedCaches, type PrecacheEntry, precacheAndRoute } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope;
/** Every file that is served, written by the build. */
declare const PRECACHE: PrecacheEntry[];

self.addEventListener("message", ({ data }) => {
  if (data === "activate") void self.skipWaiting();
});
// The first visit's page is served from the copy at once: its worker may start after the network has gone.
clientsClaim();
cleanupOutdatedCaches();
precacheAndRoute(PRECACHE);

/**
 * Keeps a copy of the whole page, so that it works offline after one visit. The build writes the list of files, each
 * with its content's hash. A new version waits until the user accepts it and the page activates it.
 */
import { clientsClaim } from "workbox-core";
import { cleanupOutdatedCaches, type PrecacheEntry, precacheAndRoute } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope;
/** The list of all served files, from the build. */
declare const PRECACHE: PrecacheEntry[];

self.addEventListener("message", ({ data }) => {
  if (data === "activate") void self.skipWaiting();
});
// Serves the first visit's page from the copy at once: its worker may start after the network is gone.
clientsClaim();
cleanupOutdatedCaches();
precacheAndRoute(PRECACHE);

/**
 * Keeps a copy of the whole page, so that it works offline after one visit.
 *
 * A copy is one whole build. Each file is verified against the hash that `scripts/seal.mjs` wrote. If one does not
 * match, as while a server is being updated, nothing is kept, and the browser tries again on a later visit. A new build
 * waits until the user accepts it in one tab. The other tabs still get the files of the build that they show, as long
 * as they show it.
 */
declare const self: ServiceWorkerGlobalScope;
/** The build: its name, and the integrity of each file by its path. */
declare const BUILD: { name: string; files: Record<string, string> };

const { scope } = self.registration;
/** Each build has a cache of its own. Other pages of this origin may have caches too. */
const cacheOf = (build: string) => `secuencia ${scope} build ${build}`;
/** This cache holds the name of each tab's build: the browser may end this script between any two events. */
const TABS = `secuencia ${scope} tabs`;
/** How the paths of files and tabs are looked up: neither hashes in addresses nor a server's `Vary` count. */
const BY_PATH = { ignoreSearch: true, ignoreVary: true };

self.addEventListener("install", (event) => event.waitUntil(keepBuild()));

// Claiming serves the first visit's page from the copy at once: its worker may start after the network is gone.
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), removeUnneeded()])));

self.addEventListener("message", (event) => {
  const { data, source } = event;
  if (data === "activate") void self.skipWaiting();
  else if (typeof data?.build === "string" && source instanceof Client) event.waitUntil(greet(source, data.build));
});

self.addEventListener("fetch", (event) => {
  const { request, clientId, resultingClientId } = event;
  // The package asks with `reload` for a file that does not match its code. The server may have the right one.
  if (request.method !== "GET" || request.cache === "reload" || !request.url.startsWith(scope)) return;
  if (request.mode !== "navigate") event.respondWith(answer(request, clientId));
  else if (pathOf(request) in BUILD.files) {
    event.waitUntil(noteTab(resultingClientId, BUILD.name));
    event.respondWith(answer(request, resultingClientId));
  }
});

/** Returns the path of a file in the build. */
function pathOf({ url }: Request): string {
  return new URL(url).pathname.slice(new URL(scope).pathname.length) || "index.html";
}

/** Answers with the file of the tab's own build, or from the network if that build has none. */
async function answer(request: Request, tab: string): Promise<Response> {
  const build = cacheOf(await buildOf(tab));
  const kept = await caches.match(new URL(pathOf(request), scope), { cacheName: build, ...BY_PATH });
  return kept ?? fetch(request);
}

/** Keeps all files of this build, or none. */
async function keepBuild(): Promise<void> {
  const cache = await caches.open(cacheOf(BUILD.name));
  const kept = Object.entries(BUILD.files).map(([path, integrity]) => keepFile(cache, path, integrity));
  const fault = (await Promise.allSettled(kept)).find(({ status }) => status === "rejected");
  if (!fault) return;
  await caches.delete(cacheOf(BUILD.name));
  throw (fault as PromiseRejectedResult).reason;
}

async function keepFile(cache: Cache, path: string, integrity: string): Promise<void> {
  // With its hash in the address, a file that another build has too is found there.
  const address = new URL(`${path}?${encodeURIComponent(integrity)}`, scope);
  if (await cache.match(address, { ignoreVary: true })) return;
  const response =
    (await caches.match(address, { ignoreVary: true })) ??
    (await fetch(new URL(path, scope), { integrity, cache: "no-cache" }));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  // Some hosts redirect index.html to its folder. A redirected answer cannot be a page's.
  await cache.put(address, response.redirected ? new Response(response.body, response) : response);
}

/** The builds of tabs that are known without a look into the cache. */
const noted = new Map<string, string>();
const addressOf = (tab: string) => new URL(`tab/${tab}`, scope);

/** Returns the build that a tab shows. A tab that has said nothing yet shows this one. */
async function buildOf(tab: string): Promise<string> {
  const known = noted.get(tab);
  if (known !== undefined) return known;
  const note = await caches.match(addressOf(tab), { cacheName: TABS });
  const build = note ? await note.text() : BUILD.name;
  if (note) noted.set(tab, build);
  return build;
}

async function noteTab(tab: string, build: string): Promise<void> {
  noted.set(tab, build);
  await (await caches.open(TABS)).put(addressOf(tab), new Response(build));
}

/** Notes the build of a tab that has loaded, and tells the tab if another one is ready. */
async function greet(tab: Client, build: string): Promise<void> {
  if (build !== BUILD.name) tab.postMessage("update");
  await noteTab(tab.id, build);
  await removeUnneeded();
}

/** Removes the notes about closed tabs, and the builds that no tab shows. */
async function removeUnneeded(): Promise<void> {
  const tabs = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const open = new Set(tabs.map(({ id }) => addressOf(id).href));
  const needed = new Set([TABS, cacheOf(BUILD.name)]);
  const notes = await caches.open(TABS);
  for (const note of await notes.keys()) {
    if (open.has(note.url)) needed.add(cacheOf((await (await notes.match(note))?.text()) ?? ""));
    else await notes.delete(note);
  }
  const names = await caches.keys();
  // A build that is being installed, or waits, already has its files.
  if (self.registration.installing || self.registration.waiting) return;
  const isOurs = (name: string) => name.startsWith(`secuencia ${scope} `) || name === `workbox-precache-v2-${scope}`;
  for (const name of names) if (isOurs(name) && !needed.has(name)) await caches.delete(name);
}

// Without this, the compiler takes the file for a script, whose `self` is another.
export {};

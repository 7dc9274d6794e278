// Serves the app without a network: the page as last seen, and the files it names. The data is in IndexedDB.
// Its types clash with those of a page, which the rest of the demo is checked with.
/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return */
const CACHE = 'headwater-boards'
const PATIENCE_MS = 3000

/** Keeps a page with all it names, and lets go of what an older page named: whole, or not at all. */
async function keep(response) {
  const html = await response.clone().text()
  const files = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path]) => path)
  const cache = await caches.open(CACHE)
  const known = (await cache.keys()).map(({ url }) => new URL(url).pathname)
  await cache.addAll(files.filter((file) => !known.includes(file)))
  await cache.put('/', response)
  await Promise.all(known.filter((path) => path !== '/' && !files.includes(path)).map((path) => cache.delete(path)))
}

/** The newest page if the network answers soon; else the one that is kept. */
async function page(event) {
  try {
    const fresh = await fetch(event.request, { signal: AbortSignal.timeout(PATIENCE_MS) })
    if (fresh.ok) event.waitUntil(keep(fresh.clone()).catch(() => undefined))
    if (fresh.ok) return fresh
  } catch {
    // No network, no server, or too slow.
  }
  return (await caches.match('/', { ignoreVary: true })) ?? Response.error()
}

async function file(request) {
  return (await caches.match(request, { ignoreSearch: true, ignoreVary: true })) ?? fetch(request)
}

self.addEventListener('install', (event) => {
  self.skipWaiting()
  event.waitUntil(fetch('/', { cache: 'no-store' }).then(keep))
})

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return
  event.respondWith(request.mode === 'navigate' ? page(event) : file(request))
})

/// <reference lib="webworker" />
// The service worker: the field app and the enrolment open without a network, and the queue is sent also when no page is
// open. Answers of the API are never kept here.

import { createHandlerBoundToURL, precacheAndRoute, cleanupOutdatedCaches, type PrecacheEntry } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { isDecoder } from '../../build/decoder.mjs';
import { send } from './sender';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: PrecacheEntry[] };

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
  readonly lastChance: boolean;
}

const decoders = 'rootline-decoder';
/** The tag of page.ts. */
const syncTag = 'rootline-queue';

/** The pages by their addresses; the precache knows them by the names of their files. */
const pages: readonly { readonly path: RegExp; readonly file: string }[] = [
  { path: /^\/field\/?$/, file: 'field/index.html' },
  { path: /^\/enrol\/?$/, file: 'enrol/index.html' },
];

cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST, { ignoreURLParametersMatching: [/./], cleanURLs: false, directoryIndex: null as unknown as string });
for (const { path, file } of pages) {
  registerRoute(({ request, url, sameOrigin }) => sameOrigin && request.mode === 'navigate' && path.test(url.pathname), createHandlerBoundToURL(file));
}
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/assets/') && isDecoder(url.pathname),
  ({ request }) => decoder(request),
);

/** A part of the decoder: its name changes with its content, so what was kept once stays right. */
async function decoder(request: Request): Promise<Response> {
  const cache = await caches.open(decoders);
  const known = await cache.match(request, { ignoreVary: true });
  if (known !== undefined) return known;
  const answer = await fetch(request);
  // For want of room it is used without being kept.
  if (answer.status === 200) await cache.put(request, answer.clone()).catch(() => undefined);
  return answer;
}

/** Older builds' parts of the decoder, when there are more than one build needs. */
async function dropOldDecoders(): Promise<void> {
  const cache = await caches.open(decoders);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - 8)).map((k) => cache.delete(k)));
}

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldDecoders().then(() => self.clients.claim()));
});

self.addEventListener('message', (event) => {
  if ((event.data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});

self.addEventListener('sync' as never, (event: SyncEvent) => {
  if (event.tag === syncTag) event.waitUntil(sendQueue());
});

/** A failure makes the browser try again later, as often as it sees fit. */
async function sendQueue(): Promise<void> {
  const outcome = await send();
  if (outcome?.trouble !== undefined) throw outcome.trouble;
}

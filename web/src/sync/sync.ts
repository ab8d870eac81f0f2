import { clockAhead } from '../core/api';
import { refusalOf, type Refusal } from '../core/refusal';
import { onChange } from '../kept/changes';
import { kept } from '../kept/db';
import { currentDevice, endsIn, signIn } from '../kept/device';
import { learnLedger } from '../kept/ledger';
import { retryAll } from '../kept/queue';
import { refreshKept } from '../kept/refresh';
import { Backoff } from './backoff';
import * as page from './page';
import { send } from './sender';
import { sync } from './state.svelte';
import { persist, persisted, room } from './storage';

export { sync } from './state.svelte';

/** Milliseconds between two looks at events that the gateway has and the ledger not yet. */
const againAfter = 3_000;
/** Milliseconds until the next attempt on a line that loses requests but lets some through. */
const lossyAfter = 300;
/** Milliseconds between two looks at how the device stands with the ledger. */
const standingAfter = 15 * 60_000;
/** Milliseconds in which several changes become one look at the queue. */
const gather = 150;

const backoff = new Backoff();
let timer: ReturnType<typeof setTimeout> | undefined;
let running: Promise<void> | undefined;
let onceMore = false;
let refreshing: Promise<void> | undefined;
let looked = 0;

/** Begins to send by itself and to fill the sync state. Once per page; returns the end of it. */
export function startSync(): () => void {
  sync.online = navigator.onLine;
  const ends = [
    on(globalThis, 'online', () => {
      sync.online = true;
      backoff.reset();
      kick();
    }),
    on(globalThis, 'offline', () => (sync.online = false)),
    on(document, 'visibilitychange', () => {
      if (document.hidden) return;
      kick();
      void page.lookForUpdate();
    }),
    onChange((change) => {
      if (change === 'sending' || change === 'idle') sync.sending = change === 'sending';
      else look();
      if (change === 'queue' && running === undefined && timer === undefined) kick();
    }),
    page.watchInstall((installable) => (sync.installable = installable)),
  ];
  look();
  void page.startWorker(() => (sync.update = true)).then(() => kick());
  return () => {
    for (const end of ends) end();
    clearTimeout(timer);
    timer = undefined;
  };
}

function on(target: EventTarget, type: string, listener: () => void): () => void {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}

/** Sends now, whatever the back-off says, and looks how the device stands. Ends when nothing more can be done now. */
export async function syncNow(): Promise<void> {
  looked = 0;
  backoff.reset();
  await run();
}

/** Asks the browser to keep what is stored also when the phone runs short of room. The answer is in sync.persisted, too. */
export async function askToPersist(): Promise<boolean> {
  sync.persisted = await persist();
  return sync.persisted;
}

/** Shows the browser's install question, when sync.installable. Answers whether the app was installed. */
export async function install(): Promise<boolean> {
  sync.installable = false;
  return page.install();
}

/** Reloads into the newer version, when sync.update and the person says so. */
export const applyUpdate = (): Promise<void> => page.takeUpdate();

/** Tries unless the browser knows that there is no network. */
function kick(): void {
  if (navigator.onLine) void run();
  else void page.wakeLater();
}

/** Runs once at a time; what is asked meanwhile is done afterwards. */
function run(): Promise<void> {
  if (running !== undefined) {
    onceMore = true;
    return running;
  }
  clearTimeout(timer);
  timer = undefined;
  sync.retryAt = undefined;
  running = cycle().finally(() => {
    running = undefined;
    if (onceMore) {
      onceMore = false;
      void run();
    }
  });
  return running;
}

async function cycle(): Promise<void> {
  let trouble = await standing();
  const outcome = await send();
  trouble = outcome?.trouble ?? trouble;
  sync.trouble = trouble?.shape();
  await fill();
  if (trouble !== undefined) {
    void page.wakeLater();
    if (outcome?.moved && trouble.retryAfter === undefined) {
      backoff.reset();
      return later(lossyAfter);
    }
    return later(backoff.next(trouble.retryAfter));
  }
  backoff.reset();
  // Another tab is at it, the ledger has not answered yet, or something was captured or imported while this ran.
  if (sync.waiting + sync.sent > 0) later(againAfter);
  // Beside the sending: what is fetched for later must not hold up what is captured now.
  refreshing ??= refreshKept()
    .catch(() => undefined)
    .finally(() => (refreshing = undefined));
}

function later(wait: number): void {
  clearTimeout(timer);
  sync.retryAt = Date.now() + wait;
  timer = setTimeout(() => {
    timer = undefined;
    kick();
  }, wait);
}

/** Now and then: what block the ledger is at, and whether the device may still sign. Answers what stood in the way. */
async function standing(): Promise<Refusal | undefined> {
  if (Date.now() - looked < standingAfter) return undefined;
  const device = await currentDevice().catch(() => undefined);
  try {
    await learnLedger();
    looked = Date.now();
    sync.clock = clockAhead;
    if (device === undefined) return undefined;
    await signIn(device);
    // An expired device was renewed: what was refused for that goes again.
    if (device.revoked !== undefined) await retryAll(['device-expired', 'device-revoked'], device.kid);
    return undefined;
  } catch (e) {
    const why = refusalOf(e);
    return why.code === 'device-revoked' || why.code === 'device-expired' ? undefined : why;
  }
}

let looking: ReturnType<typeof setTimeout> | undefined;

function look(): void {
  looking ??= setTimeout(() => {
    looking = undefined;
    fill().then(
      // What came while a run was ending, after it had counted.
      () => sync.waiting > 0 && running === undefined && timer === undefined && kick(),
      (e: unknown) => (sync.trouble = refusalOf(e).shape()),
    );
  }, gather);
}

/** Counts what there is, by the indices alone. */
async function fill(): Promise<void> {
  const db = await kept();
  const count = (state: string): Promise<number> => db.countFromIndex('queue', 'state', state);
  const [waiting, sending, sent, refused, held] = await Promise.all(['waiting', 'sending', 'sent', 'refused', 'held'].map(count));
  Object.assign(sync, { waiting: waiting! + sending!, sent, refused, held });
  const oldest = await db.transaction('queue').store.index('open').openKeyCursor();
  sync.oldest = oldest?.key;
  const device = await currentDevice();
  sync.ended = device?.revoked;
  sync.endsIn = device && endsIn(device);
  sync.quota = await room();
  sync.persisted = await persisted();
}

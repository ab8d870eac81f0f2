import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterEach, expect } from 'vitest';
import type { RulebookView } from '../src/core/types';
import { chromiumPath, scene, stormy } from './scene';

const shots = new URL('shots/', import.meta.url).pathname;
mkdirSync(shots, { recursive: true });

/** A small phone, as many who work outdoors have. */
const screen = { width: 360, height: 740 };
const wide = { width: 1280, height: 900 };
const common = { width: 1440, height: 900 };
/** What a laptop of 1280 x 800 shows at 200 %. */
const zoomed = { width: 640, height: 400 };
/** ROOTLINE_LOOKS=all takes every picture: in both languages, wide and narrow, by day and by night. */
const allLooks = process.env.ROOTLINE_LOOKS === 'all';

export interface Options {
  /** Whether the camera is allowed; else the person says no. */
  readonly camera?: boolean;
  readonly language?: 'en' | 'zh';
  /** A desk's screen instead of a phone's. */
  readonly desk?: boolean;
  /** Names of organisations and rulebooks are shown as the ledger writes them: the page has nothing but a file, or is where a rulebook is written. */
  readonly plainNames?: boolean;
  /** Places are shown by their ids, too: a file that somebody brought names them so, and its rows are shown as they are. */
  readonly placesById?: boolean;
}

/** How often a page may ask for the same thing within two seconds. */
const mostAsked = 20;

/** Every phone that a test took. */
const taken = new Set<Phone>();

// The one place where the tests hear what a page should not have said: a test after which any phone complains has failed.
afterEach(() => {
  expect([...taken].flatMap((phone) => phone.complaints.splice(0)), 'no page complained').toEqual([]);
});

/** The names of kinds, actions, states and roles in the rulebooks that the network has adopted, and what these call something for people, in lower case. */
async function rawWords(): Promise<{ readonly raw: string[]; readonly titles: string[] }> {
  const answer = await fetch(`${scene.site}/api/v1/rulebooks`);
  if (!answer.ok) return { raw: [], titles: [] };
  const { items } = (await answer.json()) as { items: readonly RulebookView[] };
  const all = items.flatMap((b) => [b.roles, b.kinds, ...b.kinds.flatMap((k) => [k.actions, k.states])].flat());
  return { raw: [...new Set(all.map((n) => n.name))], titles: [...new Set(all.flatMap((n) => [n.title.en, n.title.zh]).map((t) => t.toLowerCase()))] };
}

/** Whether the ledger has a place of this id. What is one stays one. */
async function isPlace(id: string): Promise<boolean> {
  if (places.has(id)) return true;
  const { ok } = await fetch(`${scene.site}/api/v1/places/${id}`);
  if (ok) places.add(id);
  return ok;
}
const places = new Set<string>();

/** A phone: a browser with a profile of its own, which outlives the browser's death. */
export class Phone {
  page!: Page;
  #context!: BrowserContext;
  #profile = mkdtempSync(join(tmpdir(), 'rootline-phone-'));
  /** What the page said that it should not have. */
  readonly complaints: string[] = [];
  /** Addresses that a test makes fail. */
  readonly fails: RegExp[] = [];
  /** Since when it has a network; not a number while it has none. */
  #online = 0;
  readonly #asked = new Map<string, number[]>();

  private constructor(
    readonly name: string,
    private readonly options: Options,
  ) {}

  static async take(name: string, options: Options = {}): Promise<Phone> {
    const phone = new Phone(name, options);
    taken.add(phone);
    await phone.start();
    return phone;
  }

  /** Starts the browser, for the first time or after its death. */
  async start(offline = false): Promise<void> {
    const { camera = true, language = 'en', desk = false } = this.options;
    this.#context = await chromium.launchPersistentContext(this.#profile, {
      executablePath: chromiumPath,
      headless: true,
      viewport: desk ? wide : screen,
      deviceScaleFactor: desk ? 1 : 2,
      hasTouch: !desk,
      isMobile: !desk,
      locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      timezoneId: 'Asia/Shanghai', // that of the works: what is this week does not hang on the machine
      acceptDownloads: true,
      offline,
      geolocation: { latitude: scene.lat / 1e6, longitude: scene.lon / 1e6, accuracy: 5 },
      permissions: camera ? ['geolocation', 'camera'] : ['geolocation'],
      args: [
        '--no-sandbox',
        // The page sees the gateway's own origin; its requests go through the weather.
        `--host-resolver-rules=MAP ${new URL(scene.site).host} ${scene.through}`,
        '--use-fake-device-for-media-stream',
        ...(scene.camera ? [`--use-file-for-fake-video-capture=${scene.camera}`] : []),
      ],
    });
    this.page = this.#context.pages()[0] ?? (await this.#context.newPage());
    this.page.setDefaultTimeout(15_000);
    this.#online = offline ? Number.NaN : Date.now();
    this.#context.on('weberror', (e) => this.complaints.push(`${this.name}: ${e.error().stack ?? e.error().message}`)); // promises that nobody caught, too
    this.#context.on('console', (m) => {
      // What could not be loaded is heard below, by what it was.
      if (m.type() === 'error' && !/Failed to load resource/.test(m.text()) && !(this.#unreachable() && /net::ERR/.test(m.text()))) this.complaints.push(`${this.name}: ${m.text()}`);
    });
    this.#context.on('request', (r) => this.#heard(r.method(), r.url()));
    this.#context.on('requestfailed', (r) => {
      const why = r.failure()?.errorText ?? '';
      if (why !== 'net::ERR_ABORTED' && !this.#unreachable() && !this.#meant(r.url())) this.complaints.push(`${this.name}: ${r.url()}: ${why}`); // a page that is left aborts what it asked for
    });
    this.#context.on('response', (r) => {
      // The gateway refuses with 4xx, and the page says why. Everything else that is not there is a fault.
      const refusal = r.status() < 500 && r.url().includes('/api/v1/');
      if (r.status() >= 400 && !refusal && !this.#unreachable() && !this.#meant(r.url())) this.complaints.push(`${this.name}: ${r.url()}: status ${r.status()}`);
    });
  }

  #meant = (url: string): boolean => this.fails.some((f) => f.test(url));

  /** Whether there is no network, or was none a moment ago: what was asked for then may fail still. */
  #unreachable = (): boolean => !(Date.now() - this.#online > 5_000) || stormy();

  /** The battery is pulled out: no page can say good-bye. */
  async kill(): Promise<void> {
    this.#online = Number.NaN;
    const session = await this.#context.newCDPSession(this.page);
    const closed = new Promise<void>((done) => this.#context.once('close', () => done()));
    await Promise.race([session.send('Browser.crash').catch(() => undefined), closed]);
    await closed;
  }

  /** Makes the processor so many times slower; what it returns makes it quick again. */
  async slow(times: number): Promise<() => Promise<void>> {
    const session = await this.#context.newCDPSession(this.page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: times });
    return () => session.detach();
  }

  async offline(yes: boolean): Promise<void> {
    this.#online = yes ? Number.NaN : Date.now();
    await this.#context.setOffline(yes);
  }

  /** A page that asks for the same thing again and again does so by a fault that nobody sees. Pages that are walked through quickly each ask once. */
  #heard(method: string, url: string): void {
    if (method !== 'GET' || !url.includes('/api/v1/')) return;
    const now = Date.now();
    const key = `${this.page.url()} ${url}`;
    const times = [...(this.#asked.get(key) ?? []), now].filter((t) => now - t < 2000);
    this.#asked.set(key, times);
    if (times.length === mostAsked) this.complaints.push(`${this.name}: asks for ${url} again and again`);
  }

  /** Opens a screen of the field app, as from the address. */
  async open(hash = ''): Promise<void> {
    await this.page.goto(`${scene.site}/field/${hash}`);
    await this.page.locator('[data-head], main h1').first().waitFor({ state: 'attached' });
  }

  /** Opens a page of the desk, as from the address. */
  async desk(hash = ''): Promise<void> {
    await this.page.goto('about:blank');
    await this.page.goto(`${scene.site}/desk/${hash}`);
    await this.page.locator('main h1').first().waitFor({ state: 'attached' });
  }

  /** Goes to a screen within the app that is open, and waits until it is there. */
  async go(hash: string): Promise<void> {
    await this.page.evaluate(async (h) => {
      if (location.hash === h) return;
      const heard = new Promise((done) => addEventListener('hashchange', done, { once: true }));
      location.hash = h;
      await heard;
      await new Promise(requestAnimationFrame);
    }, hash);
    await this.page.locator('main[aria-busy="false"]').waitFor();
  }

  /** Types as a hand scanner does: within the page, since a busy machine would put pauses between keys that came from here. */
  async scan(text: string): Promise<void> {
    await this.page.evaluate((keys) => {
      (document.activeElement as HTMLElement | null)?.blur(); // keys that go into a field are the field's
      for (const key of keys) document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    }, [...text, 'Enter']);
  }

  /** Keeps a picture of the whole screen, and lets axe look at it. */
  async shot(name: string): Promise<void> {
    await this.page.evaluate(() => document.fonts.ready);
    await this.picture(name);
    await this.judge(name);
  }

  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: join(shots, `${name}.png`), fullPage: true, animations: 'disabled', timeout: 5_000 }).catch(() => undefined);
  }

  /** What is to be read on the screen, and where it is: for a log that has no pictures. */
  async text(): Promise<string> {
    const [address, words, queue] = await Promise.all([this.page.url(), this.page.locator('body').innerText({ timeout: 2_000 }).catch(String), this.queue().catch(String)]);
    return `${address}\n${words}\n${JSON.stringify(queue, (key, value: unknown) => (key === 'jws' ? undefined : value))}`;
  }

  /** The same in both languages, by day and by night. */
  async shots(name: string): Promise<void> {
    const { language = 'en' } = this.options;
    for (const scheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme: scheme });
      await this.shot(`${name}-${language}-${scheme}`);
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
  }

  /** The desk as it is seen: wide and narrow, in both languages, by day and by night, as far as ROOTLINE_LOOKS asks for it. */
  async looks(name: string): Promise<void> {
    for (const language of ['en', 'zh'] as const) {
      await this.speak(language);
      for (const [width, size] of [['wide', wide], ['narrow', screen]] as const) {
        await this.page.setViewportSize(size);
        for (const scheme of ['light', 'dark'] as const) {
          // Every look takes a second; a test that only checks takes two of the eight.
          if (!allLooks && ![`en-wide-light`, `zh-narrow-dark`].includes(`${language}-${width}-${scheme}`)) continue;
          await this.page.emulateMedia({ colorScheme: scheme });
          await this.shot(`${name}-${language}-${width}-${scheme}`);
        }
      }
    }
    await this.page.setViewportSize(wide);
    await this.page.emulateMedia({ colorScheme: 'light' });
    await this.speak('en');
  }

  /** What a page is for is seen at once on a common laptop, in both languages: the ends of these parts lie above the foot of the first screen. */
  async firstScreen(name: string, parts: readonly string[]): Promise<void> {
    const before = this.page.viewportSize()!;
    await this.page.setViewportSize(common);
    for (const language of ['en', 'zh'] as const) {
      await this.speak(language);
      await this.page.evaluate(() => (scrollTo(0, 0), new Promise(requestAnimationFrame)));
      const ends = await Promise.all(parts.map(async (part) => {
        const box = await this.page.locator(part).first().boundingBox();
        return box === null ? Number.NaN : Math.round(box.y + box.height);
      }));
      for (const [i, end] of ends.entries()) expect(end, `${name} in ${language}: ${parts[i]} ends on the first screen`).toBeLessThanOrEqual(common.height - 36);
    }
    await this.speak('en');
    await this.page.setViewportSize(before);
  }

  /** The dialog that is open has its buttons on the screen of a small phone, and of a laptop at 200 %. */
  async dialog(name: string): Promise<void> {
    const before = this.page.viewportSize()!;
    const dialog = this.page.locator('dialog[open]').last();
    await dialog.locator('h2').waitFor();
    for (const [what, size] of [['at 360 px', screen], ['at 200 %', zoomed]] as const) {
      await this.page.setViewportSize(size);
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
      const seen = await dialog.locator('.actions').locator('button, a').evaluateAll((all) =>
        all.map((b) => {
          const { top, bottom, left, right } = b.getBoundingClientRect();
          return bottom - top >= 24 && right - left >= 24 && top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
        }),
      );
      const [words, does] = await dialog.locator('.actions').locator('button, a').evaluateAll((all) => [
        all.map((b) => (b.getAttribute('aria-label') ?? b.textContent ?? '').trim()), all.map((b) => b.classList.contains('primary') || b.classList.contains('danger')),
      ] as const);
      expect(words, `${name}: every button has a name`).not.toContain('');
      expect(does.slice(0, -1), `${name}: what does it is the last button`).not.toContain(true);
      if (does.length === 2 && does[1]) expect(words[0], `${name}: the first leads back`).toMatch(/^(Cancel|取消|Skip this one|跳过本项|Remove it|移除)$/);
      expect(seen.length, `${name} ${what} has a way out`).toBeGreaterThan(0);
      expect(seen, `${name} ${what} has its buttons on the screen`).not.toContain(false);
    }
    await this.page.setViewportSize(before);
  }

  /** Presses the button of the other language, where that is not the page's. */
  async speak(language: 'en' | 'zh'): Promise<void> {
    if ((await this.page.locator('html').getAttribute('lang'))?.startsWith(language)) return;
    await this.page.locator(`header button[lang^=${language}]`).click();
    await this.page.locator(`html[lang^=${language}]`).waitFor();
  }

  async judge(where: string): Promise<void> {
    // Run by the debugger, so that the page's policy need not allow it.
    if (!(await this.page.evaluate(() => 'axe' in globalThis))) await this.page.evaluate(axe.source);
    const found = await this.page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] });
      return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`);
    });
    expect(found, `accessibility of ${where}`).toEqual([]);
    if (this.options.plainNames !== true) expect(await this.#machineNames(), `${where} shows names that only machines use`).toEqual([]);
  }

  /** What only machines use, in what a person reads or hears. What somebody wrote is shown as it was written. */
  async #machineNames(): Promise<string[]> {
    const { raw, titles } = await rawWords();
    const { found, paths } = await this.page.evaluate(({ raw, titles }) => {
      const found = new Set<string>();
      const paths: [string, string][] = [];
      const words = new Set(raw);
      const said = new Set(titles);
      const chinese = document.documentElement.lang.startsWith('zh');
      const read = (text: string, holder: Element): void => {
        const around = `in “${holder.textContent?.trim().slice(0, 80)}”`;
        for (const [name] of text.matchAll(/\b[A-Z]\w*MSP\b|(?<![\w@.])[a-z][a-z0-9-]*@\d+\b/g)) found.add(`${name} ${around}`);
        for (const [name] of text.matchAll(/(?<![\w@./:#?=-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![\w@/=-])/g)) if (words.has(name) && !said.has(name)) found.add(`${name} ${around}`);
        for (const [path] of text.matchAll(/(?<![\w@./:#?=-])[a-z][a-z0-9-]*(?:\/[a-z0-9-]+)+(?![\w@/=])/g)) paths.push([path, around]);
        const whole = text.trim();
        // A word without a hyphen is a word of English, too: it is raw where it stands alone in Chinese.
        if (chinese && words.has(whole) && !said.has(whole)) found.add(`${whole} ${around}`);
      };
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
        const holder = node.parentElement;
        if (holder === null || holder.closest('pre, code, script, style, textarea') !== null || !(holder.checkVisibility() || holder.localName === 'title')) continue;
        read(node.nodeValue ?? '', holder);
      }
      for (const holder of document.body.querySelectorAll('[aria-label], [title], [alt], [placeholder]')) {
        if (!holder.checkVisibility()) continue;
        for (const name of ['aria-label', 'title', 'alt', 'placeholder']) read(holder.getAttribute(name) ?? '', holder);
      }
      return { found: [...found], paths };
    }, { raw, titles });
    for (const [path, around] of this.options.placesById === true ? [] : paths) if (await isPlace(path)) found.push(`${path} ${around}`);
    return found;
  }

  /** Everything that is not committed, by state. */
  queue(): Promise<{ state: string; asset: string; error?: { code: string } }[]> {
    return this.page.evaluate(
      () =>
        new Promise((done, fail) => {
          const opening = indexedDB.open('rootline');
          opening.onerror = () => fail(opening.error);
          opening.onsuccess = () => {
            const all = opening.result.transaction('queue').objectStore('queue').getAll();
            all.onsuccess = () => {
              opening.result.close();
              done(all.result);
            };
          };
        }),
    );
  }

  kid(): Promise<string> {
    return this.page.evaluate(
      () =>
        new Promise((done, fail) => {
          const opening = indexedDB.open('rootline');
          opening.onerror = () => fail(opening.error);
          opening.onsuccess = () => {
            const all = opening.result.transaction('devices').objectStore('devices').getAllKeys();
            all.onsuccess = () => {
              opening.result.close();
              done(String(all.result[0]));
            };
          };
        }),
    );
  }

  /** Pictures of so many different trees, as a camera would give them. */
  async pictures(n: number): Promise<Buffer[]> {
    const all = await this.page.evaluate(async (count) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 1200, height: 900 });
      const pen = canvas.getContext('2d')!;
      const made: string[] = [];
      for (let i = 0; i < count; i++) {
        pen.fillStyle = `hsl(${Math.random() * 360} 40% 70%)`;
        pen.fillRect(0, 0, 1200, 900);
        for (let j = 0; j < 300; j++) {
          pen.fillStyle = `hsl(${90 + Math.random() * 60} 50% ${20 + Math.random() * 40}%)`;
          pen.fillRect(Math.random() * 1200, Math.random() * 900, 40, 40);
        }
        made.push(canvas.toDataURL('image/jpeg', 0.8).split(',')[1]!);
      }
      return made;
    }, n);
    return all.map((b64) => Buffer.from(b64, 'base64'));
  }

  async putAway(): Promise<void> {
    await this.#context.close().catch(() => undefined);
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

import { afterEach, describe, expect, it, vi } from 'vitest';
import { Problem, Unreachable, itemPath, ledger, readiness, rulebooks, streamPath } from './api';

const answer = (body: unknown, init?: ResponseInit) =>
  vi.stubGlobal('fetch', vi.fn(async () => new Response(typeof body === 'string' ? body : JSON.stringify(body), init)));

afterEach(() => vi.unstubAllGlobals());

describe('api', () => {
  it('reads the ledger', async () => {
    answer({ net: 'n', channel: 'works', organisations: [], block: { number: 7, hash: 'h' } });
    expect((await ledger()).block.number).toBe(7);
    expect(fetch).toHaveBeenCalledWith('/api/v1/ledger', { headers: { Accept: 'application/json' } });
  });

  it('unwraps the list of rulebooks', async () => {
    answer({ items: [{ name: 'forestation', version: 1, kinds: [] }] });
    expect(await rulebooks()).toHaveLength(1);
  });

  it('tells a problem with its code, its words and when to come back', async () => {
    answer({ code: 'busy', says: { en: 'Later.', zh: '稍后。' } }, { status: 503, headers: { 'Retry-After': '5' } });
    const refused = await ledger().catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(Problem);
    expect(refused).toMatchObject({ status: 503, code: 'busy', says: { zh: '稍后。' }, retryAfter: 5 });
  });

  it('makes a problem of an error page without JSON', async () => {
    answer('<html>Bad gateway</html>', { status: 502 });
    await expect(ledger()).rejects.toMatchObject({ status: 502, code: 'http-502' });
  });

  it('takes a captive portal for what it is', async () => {
    answer('<html>Log in to the hotel</html>');
    await expect(ledger()).rejects.toBeInstanceOf(Unreachable);
    answer({ hotel: true });
    await expect(ledger()).rejects.toBeInstanceOf(Unreachable);
  });

  it('says when nobody answers', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => Promise.reject(new TypeError('refused'))));
    await expect(readiness()).rejects.toBeInstanceOf(Unreachable);
  });

  it('reads the state of a gateway that is not ready', async () => {
    answer({ ready: false, block: 3, peerBlock: 9, lag: 6 }, { status: 503 });
    expect(await readiness()).toMatchObject({ ready: false, lag: 6 });
  });

  it('makes addresses', () => {
    expect(itemPath('A/B?C')).toBe('/8004/A%2FB%3FC');
    expect(streamPath()).toBe('/api/v1/stream');
    expect(streamPath(0)).toBe('/api/v1/stream?after=0');
  });
});

import { describe, expect, it, vi } from 'vitest';
import type { Draft } from '../core/event';
import { kept } from '../kept/db';
import * as changes from '../kept/changes';
import { currentDevice } from '../kept/device';
import { capture, committed, discard, queue, queuedFor, retry, retryAll } from '../kept/queue';
import { problem } from '../testing/gateway';
import { chance, codeOf, enrolled, phone, photo } from '../testing/phone';
import { send } from './sender';

const it_ = phone();
const words = { en: 'x', zh: 'x' };
const draft = (n: number, action: string, more: Partial<Draft> = {}): Draft => ({
  asset: codeOf(n), action, rulebook: 'forestation@1', ...(action === 'select' && { kind: 'tree' }), ...more,
});
const ids = (): string[] => it_.gateway.ledger.map((e) => e.id);

/** Sends until nothing is left, as the page does after each back-off. */
async function sendAll(most = 400): Promise<void> {
  for (let i = 0; i < most; i++) {
    const { left, trouble } = (await send())!;
    if (left === 0 && trouble === undefined) return;
  }
  throw new Error('it never came to an end');
}

describe('the queue is sent', () => {
  it('in order for each asset, and an event leaves only when the ledger has it', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    const first = await capture(draft(1, 'select'), [], words);
    const second = await capture(draft(1, 'lift'), [], words);
    const other = await capture(draft(2, 'select'), [], words);
    const third = await capture(draft(1, 'plant'), [await photo(1)], words);
    expect([second.after, other.after, third.after]).toEqual([first.id, undefined, first.id]);
    gateway.slow = 1;
    expect(await send()).toMatchObject({ settled: 0, left: 2 });
    expect((await queue()).map((q) => q.state)).toEqual(['sent', 'waiting', 'sent', 'waiting']);
    expect(await send()).toEqual({ settled: 4, moved: true, left: 0 });
    expect(gateway.ledger.map((e) => `${e.asset!.slice(-1)} ${e.action}`)).toEqual(['1 select', '2 select', '1 lift', '1 plant']);
    expect(await queue()).toEqual([]);
    expect((await committed()).map((c) => c.id)).toEqual([third.id, other.id, second.id, first.id]);
    expect((await committed())[0]).toMatchObject({ transaction: 'tx4', block: 4 });
    expect(await (await kept()).count('photos')).toBe(0);
    expect(gateway.evidence.size).toBe(1);
  });

  it('a draw on a lot waits for the event that makes it, and not for other draws', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    const lot = await capture(draft(9, 'select'), [], words);
    const a = await capture(draft(1, 'select', { inputs: [{ asset: codeOf(9), amount: 1 }] }), [], words);
    const b = await capture(draft(2, 'select', { inputs: [{ asset: codeOf(9), amount: 1 }] }), [], words);
    const about = await capture(draft(9, 'lift'), [], words);
    expect([a.after, b.after]).toEqual([lot.id, lot.id]);
    expect((await (await kept()).get('queue', b.id))!.waitsFor).toEqual([lot.id]);
    expect((await (await kept()).get('queue', about.id))!.waitsFor).toEqual([lot.id, a.id, b.id]);
    await sendAll();
    expect(ids()).toEqual([lot.id, a.id, b.id, about.id]);
  });

  it('what follows a refused event is held, and goes on when that is tried again or thrown away', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    const no = await capture(draft(1, 'lift'), [await photo(1)], words);
    const next = await capture(draft(1, 'plant'), [], words);
    const last = await capture(draft(1, 'water'), [], words);
    await sendAll();
    expect((await queue()).map((q) => [q.state, q.attention, q.error?.code])).toEqual([
      ['refused', true, 'wrong-state'], ['held', true, undefined], ['held', true, undefined],
    ]);
    // Done again and better after the refusal, it does not wait for it.
    const better = await capture(draft(1, 'select'), [], words);
    expect(better.state).toBe('waiting');
    await sendAll();
    expect(ids()).toEqual([better.id]);
    await expect(discard(better.id)).rejects.toMatchObject({ code: 'not-in-queue' });
    await retry(no.id);
    expect((await queue()).map((q) => q.state)).toEqual(['waiting', 'waiting', 'waiting']);
    await sendAll();
    expect(ids()).toEqual([better.id, no.id, next.id, last.id]);
  });

  it('what was held by a discarded event is judged by the ledger', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    const no = await capture(draft(1, 'lift'), [await photo(1)], words);
    const next = await capture(draft(1, 'plant'), [], words);
    const last = await capture(draft(1, 'water'), [], words);
    await expect(discard(no.id)).rejects.toMatchObject({ code: 'not-refused' });
    await sendAll();
    await discard(no.id);
    expect((await (await kept()).getAll('photos')).length).toBe(0);
    expect((await queuedFor(codeOf(1))).map((q) => [q.id, q.state])).toEqual([[next.id, 'waiting'], [last.id, 'waiting']]);
    await sendAll();
    expect((await queue()).map((q) => q.state)).toEqual(['refused', 'held']);
    expect(await retryAll()).toBe(1);
  });
});

describe('exactly once', () => {
  it.each([1, 2, 3])('requests lost on either way, seed %i', async (seed) => {
    const { gateway } = it_;
    await enrolled(gateway);
    const wanted: string[] = [];
    for (let n = 0; n < 50; n++) {
      wanted.push((await capture(draft(n, 'select'), [await photo(n)], words)).id);
      if (n % 5 === 0) wanted.push((await capture(draft(n, 'lift'), [], words)).id);
    }
    const random = chance(seed);
    gateway.drop = () => (random() < 0.3 ? (random() < 0.5 ? 'request' : 'answer') : undefined);
    await sendAll();
    expect(ids().sort()).toEqual(wanted.sort());
    expect(await queue()).toEqual([]);
    expect(gateway.evidence.size).toBe(50);
    expect(await (await kept()).count('photos')).toBe(0);
  });

  it('when the page is killed between any two steps', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    const db = await kept();
    const real = { transaction: db.transaction.bind(db), get: db.get.bind(db) };
    for (let at = 0, finished = false; !finished; at++) {
      if (at > 60) throw new Error('the send never finished');
      const n = 1000 + at * 10;
      const wanted = [
        (await capture(draft(n, 'select'), [await photo(n)], words)).id,
        (await capture(draft(n, 'lift'), [], words)).id,
        (await capture(draft(n + 1, 'select'), [], words)).id,
        (await capture(draft(n + 1, 'plant'), [await photo(n + 1)], words)).id, // is refused
      ];
      let step = 0;
      const tick = (): void => {
        if (step++ >= at) throw new Error('killed');
      };
      vi.spyOn(db, 'transaction').mockImplementation(((...args: Parameters<typeof db.transaction>) => {
        tick();
        return real.transaction(...args);
      }) as never);
      gateway.drop = () => {
        tick();
        return undefined;
      };
      const outcome = await send();
      finished = outcome!.trouble === undefined && step <= at;
      vi.restoreAllMocks();
      gateway.drop = () => undefined;
      await sendAll();
      const got = ids().filter((id) => wanted.includes(id));
      expect(got.sort(), `killed at step ${at}`).toEqual(wanted.slice(0, 3).sort());
      expect((await queue()).map((q) => [q.id, q.state])).toEqual([[wanted[3], 'refused']]);
      await discard(wanted[3]!);
    }
  });
});

describe('evidence', () => {
  it('goes on where the line was cut', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    const big = await photo(7, 600_000);
    await capture(draft(1, 'select'), [big], words);
    gateway.cutAfter = 100_000;
    expect((await send())!.trouble).toMatchObject({ code: 'unreachable' });
    expect(gateway.parts.get(big.sha256)!.length).toBe(100_000);
    gateway.log.length = 0;
    await sendAll();
    expect(gateway.evidence.get(big.sha256)!.length).toBe(600_000);
    expect(gateway.log.filter((l) => l.startsWith('PATCH'))).toHaveLength(2);
  });

  it('asks for the true offset when the gateway has another', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    const big = await photo(7, 600_000);
    await capture(draft(1, 'select'), [big], words);
    // The first piece arrives, its answer does not.
    gateway.drop = ({ method }) => (method === 'PATCH' && gateway.parts.size === 0 ? 'answer' : undefined);
    await send();
    gateway.drop = () => undefined;
    await sendAll();
    expect(gateway.ledger).toHaveLength(1);
  });

  it('is sent whole to a gateway that knows no pieces', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    gateway.knowsPieces = false;
    await capture(draft(1, 'select'), [await photo(7)], words);
    await sendAll();
    expect(gateway.log).toContain('PUT /api/v1/evidence/' + [...gateway.evidence.keys()][0]);
    expect(gateway.ledger).toHaveLength(1);
  });

  it('is sent again when the gateway lost it', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    const p = await photo(7);
    await capture(draft(1, 'select'), [p], words);
    gateway.drop = ({ path }) => (path.startsWith('/api/v1/events') ? 'request' : undefined);
    await send();
    gateway.drop = () => undefined;
    gateway.evidence.clear();
    await sendAll();
    expect(gateway.ledger).toHaveLength(1);
  });

  it('that two events name stays until both are on the ledger', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    const shared = await photo(3);
    await capture(draft(1, 'select'), [shared], words);
    await capture(draft(2, 'lift'), [shared], words); // is refused
    await sendAll();
    expect(await (await kept()).count('photos')).toBe(1);
    await discard((await queue())[0]!.id);
    expect(await (await kept()).count('photos')).toBe(0);
    expect(gateway.evidence.size).toBe(1);
  });

  it('that is not on this device is told', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    const p = await photo(7);
    await capture(draft(1, 'select'), [p], words);
    await (await kept()).delete('photos', p.sha256);
    await sendAll();
    expect((await queue())[0]).toMatchObject({ state: 'refused', error: { code: 'photo-missing' } });
  });

  it('signs in again when the session ended', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    await capture(draft(1, 'select'), [await photo(1)], words);
    await sendAll();
    gateway.session = undefined;
    await capture(draft(2, 'select'), [await photo(2)], words);
    await sendAll();
    expect(gateway.ledger).toHaveLength(2);
    expect(gateway.nonces.size).toBe(2);
  });
});

describe('trouble', () => {
  it('a revoked device is told, and nothing is lost', async () => {
    const { gateway } = it_;
    const device = await enrolled(gateway);
    await capture(draft(1, 'select'), [await photo(1)], words);
    await capture(draft(2, 'select'), [], words);
    const ended = '2026-03-12T08:15:00.250Z';
    Object.assign(gateway.devices.get(device.kid)!, { revoked: true, ended });
    await sendAll();
    expect((await queue()).map((q) => [q.state, q.error?.code])).toEqual([['refused', 'device-revoked'], ['refused', 'device-revoked']]);
    expect((await currentDevice())!.revoked).toEqual({ code: 'device-revoked', at: ended }); // the ledger's time, not this phone's
    expect(await (await kept()).count('photos')).toBe(1);
    await expect(capture(draft(3, 'select'), [], words)).rejects.toMatchObject({ code: 'device-revoked' });
  });

  it('a busy gateway is left alone for as long as it asks', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    await capture(draft(1, 'select'), [], words);
    gateway.override = () => problem(503, 'busy', {}, { 'Retry-After': '7' });
    expect(await send()).toMatchObject({ left: 1, trouble: { code: 'busy', retryAfter: 7 } });
    expect((await queue())[0]).toMatchObject({ state: 'waiting', tries: 1 });
    gateway.override = () => problem(422, 'busy', { errors: [{ index: 0, error: { code: 'busy', says: words } }] });
    expect(await send()).toMatchObject({ left: 1, trouble: { code: 'busy' } });
    gateway.override = undefined;
    await sendAll();
    expect(gateway.ledger).toHaveLength(1);
  });

  it('a gateway whose disk is full is told, keeps all here, and gets it when there is room', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    await capture(draft(1, 'select'), [await photo(1)], words);
    await capture(draft(2, 'select'), [], words);
    const kept_ = async (): Promise<unknown> => [(await queue()).map((q) => [q.state, q.error]), await (await kept()).count('photos')];
    const all = [[['waiting', undefined], ['waiting', undefined]], 1];
    gateway.override = () => problem(507, 'storage-full', {}, { 'Retry-After': '30' });
    expect(await send()).toMatchObject({ settled: 0, left: 2, trouble: { code: 'storage-full', retryAfter: 30 } });
    expect(await kept_()).toEqual(all);
    // Full for photos only, and for each event by itself.
    gateway.override = (_, path) => (path.includes('evidence') ? problem(507, 'storage-full') : undefined);
    expect(await send()).toMatchObject({ left: 1, trouble: { code: 'storage-full' } });
    expect((await queue()).map((q) => [q.state, q.error])).toEqual([['waiting', undefined]]);
    gateway.override = (_, path) => (path.includes('evidence') ? undefined : problem(422, 'storage-full', { errors: [{ index: 0, error: { code: 'storage-full', says: words } }] }));
    expect(await send()).toMatchObject({ left: 1, trouble: { code: 'storage-full' } });
    expect((await queue()).map((q) => [q.state, q.error])).toEqual([['waiting', undefined]]);
    gateway.override = undefined;
    await sendAll();
    expect([gateway.ledger.length, await queue(), await (await kept()).count('photos')]).toEqual([2, [], 0]);
  });

  it('one event that the gateway cannot read does not stop the others', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    for (let n = 0; n < 7; n++) await capture(draft(n, 'select'), [], words);
    const bad = (await queue())[4]!;
    vi.stubGlobal('fetch', async (path: string, init: RequestInit) =>
      String(init.body).includes(bad.jws) ? problem(400, 'bad-request') : gateway.fetch(path, init));
    await sendAll();
    expect(gateway.ledger).toHaveLength(6);
    expect(await queue()).toMatchObject([{ id: bad.id, state: 'refused', error: { code: 'bad-request' } }]);
  });

  it('a page of a network that wants a sign-in is no gateway', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    await capture(draft(1, 'select'), [], words);
    gateway.override = () => new Response('<html>', { status: 200, headers: { 'Content-Type': 'text/html' } });
    expect(await send()).toMatchObject({ left: 1, trouble: { code: 'not-a-gateway' } });
    expect((await queue())[0]!.state).toBe('waiting');
  });

  it('only one sends at a time', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    await capture(draft(1, 'select'), [], words);
    const [a, b] = await Promise.all([send(), send()]);
    expect([a, b].filter((o) => o === undefined)).toHaveLength(1);
    expect(gateway.log.filter((l) => l === 'POST /api/v1/events')).toHaveLength(1);
  });
});

describe('a thousand events with photos', () => {
  it('go in batches, without reading the queue whole', async () => {
    const { gateway } = it_;
    await enrolled(gateway);
    for (let n = 0; n < 1000; n++) await capture(draft(n, 'select'), [await photo(n, 200)], words);
    const heard = vi.spyOn(changes, 'announce');
    const db = await kept();
    const all = vi.spyOn(db, 'getAll');
    await sendAll();
    expect(gateway.ledger).toHaveLength(1000);
    expect(gateway.biggest).toBeLessThanOrEqual(50);
    expect(all).not.toHaveBeenCalled();
    expect(heard.mock.calls.length).toBeLessThan(500);
  }, 60_000);
});

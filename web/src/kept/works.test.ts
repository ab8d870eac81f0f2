import { describe, expect, it, vi } from 'vitest';
import type { AssetView, Place, RulebookView } from '../core/types';
import { codeOf, enrolled, phone } from '../testing/phone';
import { kept, write } from './db';
import { itemRecord } from './items';
import { capture } from './queue';
import { currentRulebooks, dropPlace, findItem, itemLife, itemsOf, keepPlace, keptPlaces, near, place, places, scans } from './works';

const it_ = phone();
const t = (s: string): { en: string; zh: string } => ({ en: s, zh: s });

const item = (n: number, more: Partial<AssetView> = {}): AssetView => ({
  id: codeOf(n), kind: 'tree', rulebook: 'forestation@1', state: 'lifted', maker: 'A', custodian: 'A', place: 'forest/9/14', seq: 1, head: 'ab'.repeat(32),
  changed: '2026-03-12T08:15:00Z', kindTitle: t('Tree'), stateTitle: t('lifted'), tags: [], asleep: false, disputed: false, url: '', block: { number: 1, hash: '' }, ...more,
});

const book: RulebookView = {
  name: 'forestation@1', book: 'forestation', version: 1, current: true, title: t('Forest'), roles: [],
  kinds: [{
    name: 'tree', title: t('Tree'), unit: 'each', states: [{ name: 'selected', title: t('chosen'), tone: 'working' }, { name: 'lifted', title: t('lifted'), tone: 'working' }, { name: 'planted', title: t('planted'), tone: 'working' }],
    actions: [
      { name: 'select', title: t('Select'), creates: true, to: 'selected', by: [], asks: { place: 'no', amount: 'no' } },
      { name: 'plant', title: t('Plant'), from: ['lifted'], to: 'planted', by: [], takesCustody: true, asks: { place: 'required', amount: 'no' } },
    ],
  }],
};

function serve(): void {
  it_.gateway.pages.set('/api/v1/rulebooks', { items: [book] });
  it_.gateway.pages.set('/api/v1/rulebooks/forestation%401', book);
}

describe('an item', () => {
  it('is the gateway’s, then what is kept; own events are applied to it', async () => {
    serve();
    const device = await enrolled(it_.gateway);
    it_.gateway.pages.set(`/api/v1/assets/${codeOf(1)}`, item(1, { tags: ['TAG000001'] }));
    it_.gateway.pages.set('/api/v1/assets/TAG000001', item(1, { tags: ['TAG000001'] }));
    expect(await findItem('TAG000001')).toMatchObject({ item: { id: codeOf(1), state: 'lifted' }, kept: false, ahead: false, own: [] });
    await currentRulebooks();
    it_.gateway.online = false;
    expect(await findItem('TAG000001')).toMatchObject({ item: { id: codeOf(1) }, kept: true });
    const place_ = { lat: 1_000_000, lon: 2_000_000, accuracy: 4 };
    await capture({ asset: codeOf(1), action: 'plant', rulebook: 'forestation@1', place: place_ }, [], t('Plant'));
    expect(await findItem(codeOf(1))).toMatchObject({
      item: { state: 'planted', stateTitle: t('planted'), position: place_, custodian: device.organisation }, kept: true, ahead: true, own: [{ state: 'waiting' }],
    });
    vi.stubGlobal('navigator', { onLine: false });
    expect(await findItem(codeOf(1))).toMatchObject({ item: { state: 'planted' } });
    expect((await scans()).map((s) => [s.code, s.known, s.asset])[3]).toEqual(['TAG000001', true, codeOf(1)]);
  });

  it('that is only in the queue is shown; an unknown one is noted', async () => {
    serve();
    await enrolled(it_.gateway);
    await currentRulebooks();
    await capture({ asset: codeOf(5), kind: 'tree', action: 'select', rulebook: 'forestation@1' }, [], t('Select'));
    expect(await findItem(codeOf(5))).toMatchObject({ item: { state: 'selected', kindTitle: t('Tree') }, ahead: true, kept: true });
    expect(await findItem(codeOf(6))).toBeUndefined();
    it_.gateway.online = false;
    await expect(findItem(codeOf(7))).rejects.toMatchObject({ code: 'not-kept' });
    expect((await scans({ unknown: true })).map((s) => s.code), 'what nobody could be asked about is not unknown').toEqual([codeOf(6)]);
    expect((await scans()).map((s) => [s.code, s.known, s.asset])[0]).toEqual([codeOf(7), true, undefined]);
  });

  it('has a life, which is kept from the last look', async () => {
    it_.gateway.pages.set(`/api/v1/assets/${codeOf(1)}/events?limit=100`, { items: [{ id: 'e1' }] });
    expect(await itemLife(codeOf(1))).toMatchObject({ events: [{ id: 'e1' }], kept: false });
    it_.gateway.online = false;
    expect(await itemLife(codeOf(1))).toMatchObject({ events: [{ id: 'e1' }], kept: true });
    await expect(itemLife(codeOf(2))).rejects.toMatchObject({ code: 'not-kept' });
  });
});

describe('my plots', () => {
  const plot: Place = { id: 'forest/9', kind: 'section', title: t('Section 9'), plan: { tree: 1200 } };

  /** 1,200 items in pages of 500. */
  function plant(): void {
    const pages = it_.gateway.pages;
    pages.set('/api/v1/places/forest/9', { ...plot, block: 7 });
    pages.set('/api/v1/places?parent=forest%2F9&limit=500', { items: [{ id: 'forest/9/14', kind: 'plot', parent: 'forest/9', title: t('Plot 14') }] });
    pages.set('/api/v1/places?parent=forest%2F9%2F14&limit=500', { items: [] });
    for (const [i, cursor] of ['', '&cursor=a', '&cursor=b'].entries()) {
      const items = Array.from({ length: i === 2 ? 200 : 500 }, (_, k) => item(i * 500 + k));
      pages.set(`/api/v1/assets?place=forest%2F9&limit=500${cursor}`, { items, ...(i < 2 && { next: 'ab'[i] }) });
    }
  }

  it('are kept page by page, and go on where they were cut', async () => {
    await enrolled(it_.gateway);
    plant();
    it_.gateway.drop = ({ path }) => (path.endsWith('cursor=b') ? 'answer' : undefined);
    const told: number[] = [];
    await expect(keepPlace('forest/9', (p) => told.push(p.items))).rejects.toMatchObject({ code: 'unreachable' });
    expect(await keptPlaces()).toMatchObject([{ place: plot, items: 1000, done: false }]);
    it_.gateway.drop = () => undefined;
    it_.gateway.log.length = 0;
    expect(await keepPlace('forest/9', (p) => told.push(p.items))).toMatchObject({ items: 1200, done: true });
    expect(told).toEqual([0, 500, 1000, 1000, 1200]);
    expect(it_.gateway.log.filter((l) => l === 'GET /api/v1/assets')).toHaveLength(1);
    it_.gateway.online = false;
    expect(await places('forest/9')).toMatchObject([{ id: 'forest/9/14' }]);
    expect(await place('forest/9/14')).toMatchObject({ title: t('Plot 14') });
    await expect(place('forest/8')).rejects.toMatchObject({ code: 'not-kept' });
    expect((await findItem(codeOf(1199)))!.kept).toBe(true);
  }, 30_000);

  it('brought up to date, drop what has left; dropped, they leave nothing', async () => {
    await enrolled(it_.gateway);
    plant();
    await keepPlace('forest/9');
    await new Promise((r) => setTimeout(r, 2));
    it_.gateway.pages.set('/api/v1/assets?place=forest%2F9&limit=500&cursor=b', { items: [item(1000)] });
    await keepPlace('forest/9');
    const db = await kept();
    expect([await db.count('items'), (await db.get('items', codeOf(1001)))?.id]).toEqual([1001, undefined]);
    await dropPlace('forest/9');
    expect([await db.count('items'), await keptPlaces()]).toEqual([0, []]);
  }, 30_000);
});

describe('ten thousand items', () => {
  it('are found by position and by place, page by page', async () => {
    await write(['items'], async (tx) => {
      for (let n = 0; n < 10_000; n++) {
        // A grid of 100 × 100, 45 micro-degrees (5 m) apart; every tenth in the section itself.
        const position = { lat: 39_000_000 + Math.floor(n / 100) * 45, lon: 116_000_000 + (n % 100) * 45 };
        await tx.objectStore('items').put(itemRecord(item(n, { position, place: n % 10 === 0 ? 'forest/9' : 'forest/9/14' }), 1, 1));
      }
      await tx.objectStore('items').put(itemRecord(item(20_000, { place: 'forest/9+1' }), 1, 1));
    });
    const at = { lat: 39_002_250, lon: 116_002_250 };
    const began = performance.now();
    const found = await near(at, 12);
    const took = performance.now() - began;
    expect(found[0]).toMatchObject({ metres: 0 });
    expect(found.map((f) => Math.round(f.metres))).toEqual([...found.map((f) => Math.round(f.metres))].sort((a, b) => a - b));
    // 5.0 m from row to row, 3.9 m from column to column at 39 degrees: 7 + 2 × 5 + 2 × 3.
    expect(found).toHaveLength(23);
    expect(took).toBeLessThan(2000);
    const seen = new Set<string>();
    for (let page = await itemsOf('forest/9', { limit: 3000 }); page.length > 0; page = await itemsOf('forest/9', { limit: 3000, after: page.at(-1)! })) {
      for (const i of page) {
        expect(seen.has(i.id)).toBe(false);
        seen.add(i.id);
      }
    }
    expect(seen.size).toBe(10_000);
  }, 60_000);
});

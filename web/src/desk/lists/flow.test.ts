import { describe, expect, it } from 'vitest';
import type { ShortTrace } from '../item/provenance';
import { balanceOf, flow, flowHeight, mostBands } from './flow';

const text = (s: string) => ({ en: s, zh: s });

/** A trace of draws from node 0: the amounts of each node after it. */
function drawn(amounts: readonly number[], possible: readonly number[] = []): ShortTrace {
  return {
    truncated: false,
    looks: [{ kindTitle: text('Batch'), kind: 'batch', unit: 'kg', stateTitle: text('made'), state: 'made' }],
    nodes: { id: ['LOT', ...amounts.map((_, i) => `B${i}`)], look: [0, ...amounts.map(() => 0)], depth: [0, ...amounts.map(() => 1)] },
    edges: { from: amounts.map(() => 0), to: amounts.map((_, i) => i + 1), amount: [...amounts], possible: [...possible] },
  };
}

const lot = (total: number, left: number) => ({ quantity: { total, left }, unit: 'kg' }) as const;

describe('the balance of a lot', () => {
  it('adds up what was drawn and what is left', () => {
    const b = balanceOf(lot(1000, 300), undefined, drawn([200, 500]))!;
    expect(b.into.map((s) => s.amount)).toEqual([500, 200]);
    expect([b.used, b.off]).toEqual([700, 0]);
  });

  it('adds several draws for one asset', () => {
    const trace = drawn([100]);
    const twice: ShortTrace = { ...trace, edges: { from: [0, 0], to: [1, 1], amount: [100, 50], possible: [1] } };
    expect(balanceOf(lot(150, 0), undefined, twice)!.into).toEqual([{ id: 'B0', kind: text('Batch'), amount: 150, unit: 'kg', possible: true }]);
  });

  it('says what is not accounted for', () => expect(balanceOf(lot(1000, 0), undefined, drawn([400]))!.off).toBe(600));

  it('leaves out what lies farther than one step', () => {
    const trace = drawn([100, 40]);
    const far: ShortTrace = { ...trace, edges: { ...trace.edges, from: [0, 1] } };
    expect(balanceOf(lot(100, 0), undefined, far)!.into.map((s) => s.id)).toEqual(['B0']);
  });

  it('has none without a quantity', () => expect(balanceOf({}, undefined, undefined)).toBeUndefined());
});

describe('the picture of a balance', () => {
  it('gives each stream its share of the bar', () => {
    const { into } = flow(balanceOf(lot(1000, 250), undefined, drawn([500, 250]))!);
    expect(into.map((b) => [b.what, Math.round((b.inner.height / flowHeight) * 100)])).toEqual([['out', 50], ['out', 25], ['left', 25]]);
    expect(into.at(-1)!.inner.y + into.at(-1)!.inner.height).toBeCloseTo(flowHeight);
  });

  it('puts many small ones together and never leaves the bar', () => {
    const amounts = Array.from({ length: 400 }, () => 10);
    const { into, height } = flow(balanceOf(lot(4000, 0), undefined, drawn(amounts))!);
    expect(into).toHaveLength(mostBands + 1);
    expect(into.at(-1)).toMatchObject({ what: 'others', n: 390, amount: 3900 });
    const last = into.at(-1)!;
    expect(last.inner.y + last.inner.height).toBeLessThanOrEqual(flowHeight + 1e-6);
    expect(height).toBeGreaterThanOrEqual(flowHeight);
    into.reduce((y, b) => (expect(b.outer.y).toBeGreaterThanOrEqual(y), b.outer.y + b.outer.height), 0);
  });
});

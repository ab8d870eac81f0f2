import { expect, test } from 'vitest';
import { dots, familyRows, linkRows } from './graph';
import type { Family, Relative } from './provenance';

const relative = (id: string, step: number, possible = false): Relative => ({ id, step, kind: { en: 'Lot', zh: '批次' }, state: { en: 'open', zh: '开' }, possible });

/** A lot that went into n items, which came out of it in two halves. */
function large(n: number): Family {
  const items = Array.from({ length: n }, (_, i) => relative(`I${String(i).padStart(5, '0')}`, 2));
  return {
    relatives: [relative('SELF', 0), relative('A', 1), relative('B', 1), relative('ROOT', -1), ...items],
    links: [
      { from: 'ROOT', to: 'SELF', amount: 5, event: 'e1', possible: false }, { from: 'SELF', to: 'A', amount: 1, possible: true }, { from: 'SELF', to: 'B', amount: 1, possible: false },
      ...items.map((r, i) => ({ from: i % 2 ? 'A' : 'B', to: r.id, amount: 1, possible: false })),
    ],
    truncated: false,
  };
}

test('steps lie from left to right, and no two dots on each other, of five thousand', () => {
  const f = large(5000);
  const all = dots(f);
  expect(all).toHaveLength(5004);
  expect(new Set(all.map((d) => `${d.x} ${d.y}`)).size).toBe(5004);
  const at = new Map(all.map((d) => [d.id, d]));
  expect(at.get('ROOT')!.x < at.get('SELF')!.x && at.get('SELF')!.x < at.get('A')!.x && at.get('A')!.x < at.get('I00000')!.x).toBe(true);
});

test('what came out of one lies together', () => {
  const all = dots(large(100));
  const order = all.filter((d) => d.id.startsWith('I')).map((d) => Number(d.id.slice(1)) % 2);
  expect(order.filter((half, i) => i > 0 && half !== order[i - 1])).toHaveLength(1);
});

test('the files have every relative and every link', () => {
  const f = large(2);
  expect(familyRows(f, 'en')[1]).toEqual(['self', 0, 'SELF', 'Lot', 'open', 'certain']);
  expect(familyRows(f, 'zh').find((r) => r[2] === 'ROOT')).toEqual(['back', 1, 'ROOT', '批次', '开', 'certain']);
  expect(linkRows(f).slice(1, 3)).toEqual([['ROOT', 'SELF', 5, 'e1', 'certain'], ['SELF', 'A', 1, '', 'possible']]);
});

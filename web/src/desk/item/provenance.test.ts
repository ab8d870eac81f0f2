import { expect, test } from 'vitest';
import { family, layout } from './provenance';

const look = { kindTitle: { en: 'Lot', zh: '批次' }, kind: 'lot', stateTitle: { en: '', zh: '' }, state: 'open' };
const trace = (id: string[], depth: number[], edges: [number, number][], possible: number[] = []) => ({
  truncated: false, looks: [look], nodes: { id, look: id.map(() => 0), depth },
  edges: { from: edges.map((e) => e[0]), to: edges.map((e) => e[1]), amount: edges.map(() => 1), possible },
});

test('roots lie left, what it went into right', () => {
  const f = family(trace(['I', 'A', 'B'], [0, 1, 2], [[1, 0], [2, 1]]), trace(['I', 'Z'], [0, 1], [[0, 1]]));
  expect(f.relatives.map((r) => [r.id, r.step])).toEqual([['I', 0], ['A', -1], ['B', -2], ['Z', 1]]);
  expect(f.links).toHaveLength(3);
  expect(f.relatives[0]?.state.en).toBe('open');
  const l = layout(f);
  const x = Object.fromEntries(l.boxes.map((b) => [b.id, b.x]));
  expect(x.B! < x.A! && x.A! < x.I! && x.I! < x.Z!).toBe(true);
});

test('what lies behind a doubtful step is possible; another certain way makes it certain', () => {
  const doubtful = family(trace(['I', 'A', 'B'], [0, 1, 2], [[1, 0], [2, 1]], [0]), undefined);
  expect(doubtful.relatives.map((r) => r.possible)).toEqual([false, true, true]);
  const certain = family(trace(['I', 'A', 'B'], [0, 1, 1], [[1, 0], [2, 0], [1, 2]], [0]), undefined);
  expect(certain.relatives.map((r) => r.possible)).toEqual([false, false, false]);
});

test('no two boxes of a column overlap', () => {
  const many = Array.from({ length: 30 }, (_, i) => `N${i}`);
  const l = layout(family(trace(['I', ...many], [0, ...many.map(() => 1)], many.map((_, i) => [i + 1, 0])), undefined));
  const ys = l.boxes.filter((b) => b.step === -1).map((b) => b.y).sort((a, b) => a - b);
  ys.slice(1).forEach((y, i) => expect(y - ys[i]!).toBeGreaterThanOrEqual(44));
  expect(Math.max(...ys) + 44).toBeLessThanOrEqual(l.height);
});

import { expect, test } from 'vitest';
import { layout, type Ancestry } from './trace';

const node = (id: string, depth: number): Ancestry['nodes'][number] => ({ id, depth, rulebook: 'b@1', kind: 'k', kindTitle: { en: '', zh: '' }, state: 's', stateTitle: { en: '', zh: '' } });
const edge = (from: string, to: string): Ancestry['edges'][number] => ({ from, to, amount: 1, possible: false });

test('every line of an ancestry leads to the right, and no two nodes share a place', () => {
  // The cement goes straight into the layer and by way of the silo, which is the longer way.
  const t: Ancestry = {
    root: 'LAYER', truncated: false,
    nodes: [node('LAYER', 0), node('CEMENT', 1), node('SILO', 1), node('SOIL', 1)],
    edges: [edge('CEMENT', 'LAYER'), edge('SILO', 'LAYER'), edge('SOIL', 'LAYER'), edge('CEMENT', 'SILO')],
  };
  const { drawn, columns, rows } = layout(t);
  const column = (id: string): number => drawn.find((d) => d.node.id === id)!.column;
  expect([columns, rows]).toEqual([3, 2]);
  for (const e of t.edges) expect(column(e.from)).toBeLessThan(column(e.to));
  expect(new Set(drawn.map((d) => `${d.column}/${d.row}`)).size).toBe(4);
});

test('a thing without inputs is drawn alone', () => {
  expect(layout({ root: 'A', truncated: false, nodes: [node('A', 0)], edges: [] })).toMatchObject({ columns: 1, rows: 1 });
});

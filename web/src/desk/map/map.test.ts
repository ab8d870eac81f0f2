import { describe, expect, it } from 'vitest';
import type { RulebookView } from '../../core/types';
import { gather, inView, project } from './grid';
import { countLooks, readPoints } from './points';
import { signOf, type Sign } from '../../works/signs';

/** The bytes that the gateway sends. */
function bytes(at: [code: string, lat: number, lon: number, look: number][], looks: string[]): ArrayBuffer {
  const width = Math.max(...at.map(([c]) => c.length));
  let head = JSON.stringify({ n: at.length, width, more: false, looks: looks.map((state) => ({ rulebook: 'forestation', works: { en: 'Forest', zh: '林' }, kind: 'tree', state, kindTitle: { en: 'Tree', zh: '树' }, stateTitle: { en: state, zh: state } })), block: { number: 7 } });
  const utf8 = new TextEncoder();
  head += ' '.repeat((4 - (utf8.encode(head).length % 4)) % 4);
  const start = 4 + utf8.encode(head).length;
  const buffer = new ArrayBuffer(start + at.length * (10 + width));
  const view = new DataView(buffer);
  view.setUint32(0, start - 4, true);
  new Uint8Array(buffer).set(utf8.encode(head), 4);
  for (const [i, [code, lat, lon, look]] of at.entries()) {
    view.setInt32(start + 4 * i, lat, true);
    view.setInt32(start + 4 * (at.length + i), lon, true);
    view.setUint16(start + 8 * at.length + 2 * i, look, true);
    new Uint8Array(buffer).set(utf8.encode(code.padEnd(width)), start + 10 * at.length + width * i);
  }
  return buffer;
}

const three = readPoints(bytes([['A1', 38_900_000, 115_900_000, 0], ['B22', 38_900_001, 115_900_001, 1], ['C', -38_000_000, -10_000_000, 1]], ['planted', 'dead']));

describe('points', () => {
  it('are read from columns', () => {
    expect([three.n, three.block, three.code(0), three.code(1), three.code(2)]).toEqual([3, 7, 'A1', 'B22', 'C']);
    expect([three.lat[2], three.lon[2], countLooks(three)]).toEqual([-38_000_000, -10_000_000, [1, 2]]);
  });

  it('that are cut off are not shown half', () => {
    expect(() => readPoints(bytes([['A', 1, 2, 0]], ['x']).slice(0, -3))).toThrow();
  });

  const projected = project(three);
  const scale = 256 * 2 ** 16;
  const view = { scale, left: projected.x[0]! * scale - 100, top: projected.y[0]! * scale - 100, width: 200, height: 200 };
  it('are gathered where they lie together, unless their state is hidden', () => {
    expect(gather(projected, three, new Set(), view, 36).map((c) => [c.count, Math.round(c.x), Math.round(c.y), [...c.looks]])).toEqual([[2, 100, 100, [1, 1]]]);
    expect(gather(projected, three, new Set([0]), view, 36).map((c) => [c.count, three.code(c.first)])).toEqual([[1, 'B22']]);
  });

  it('in view are named, the nearest to the middle first', () => {
    expect(inView(projected, three, new Set(), view, 1)).toEqual({ total: 2, nearest: [0] });
  });
});

describe('signs', () => {
  const title = { en: 'x', zh: 'x' };
  const kind = (name: string) => ({ name, title, unit: 'each', states: ['a', 'b', 'done'].map((n) => ({ name: n, title, tone: n === 'done' ? 'accepted' : 'working' })), actions: [] });
  const books = ['forest', 'levee'].map((book) => ({ name: `${book}@1`, book, version: 1, current: true, title, roles: [], kinds: ['tree', 'lot', 'unit'].map(kind) })) as unknown as RulebookView[];
  const key = (s: Sign) => `${s.colour} ${s.shape} ${s.hollow}`;
  it('tell every state of a rulebook from the others, by colour and shape, whatever else there is', () => {
    const all = ['tree', 'lot', 'unit'].flatMap((k) => ['a', 'b', 'done'].map((state) => ({ rulebook: 'levee', kind: k, state })));
    const signs = all.map((l) => key(signOf(books, l)));
    expect(new Set(signs).size).toBe(all.length);
    expect(all.map((l) => key(signOf([...books].reverse().slice(0, 1), l)))).toEqual(signs);
    expect(all.filter((l) => l.state === 'done').map((l) => signOf(books, l).colour)).toEqual(Array(3).fill('--look-accepted'));
  });
});

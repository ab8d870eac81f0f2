import { describe, expect, it } from 'vitest';
import type { Place, RulebookView } from '../../core/types';
import { selfCrossing } from './crossing';
import { inOrder, readChainage, readGeoJson } from './geojson';
import { gather, inView, project } from './grid';
import { countLooks, readPoints } from './points';
import { signOf, type Sign } from './signs';

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

describe('GeoJSON', () => {
  const ring = [[115.9, 38.9], [115.91, 38.9], [115.91, 38.91], [115.9, 38.9]];
  const forest: Place = { id: 'forest', kind: 'project', title: { en: 'Forest', zh: '林' }, plan: { tree: 7, shrub: 2 }, weeks: { tree: { '2026-W12': 7 } } };
  const feature = (properties: object, geometry: object = { type: 'Polygon', coordinates: [ring] }) => ({ type: 'Feature', properties, geometry });
  const read = (...features: object[]) => readGeoJson(JSON.stringify({ type: 'FeatureCollection', features }), new Map([['forest', forest]]));

  it('becomes places, what holds others first', () => {
    const rows = read(feature({ id: 'forest/9/1', kind: 'plot', title: 'Plot 1' }), feature({ id: 'forest/9', kind: 'section', title_en: 'Section 9', title_zh: '九标段', from: 'K65+000', to: 'K65+240' }));
    expect(rows.flatMap((r) => r.faults)).toEqual([]);
    expect(inOrder(rows)).toEqual([
      { id: 'forest/9', parent: 'forest', kind: 'section', title: { en: 'Section 9', zh: '九标段' }, chainage: { from: 65_000_000, to: 65_240_000 }, outline: expect.objectContaining({ length: 3 }) },
      expect.objectContaining({ id: 'forest/9/1', parent: 'forest/9', title: { en: 'Plot 1', zh: 'Plot 1' } }),
    ]);
    expect(rows[0]!.place.outline![0]).toEqual({ lat: 38_900_000, lon: 115_900_000 });
  });

  it.each([
    ['bad-id', feature({ id: 'Forest 9', kind: 'plot', title: 'x' })],
    ['bad-kind', feature({ id: 'forest/9', title: 'x' })],
    ['self-crossing', feature({ id: 'forest/9', kind: 'plot', title: 'x' }, { type: 'Polygon', coordinates: [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]] })],
    ['no-title', feature({ id: 'forest/9', kind: 'plot' })],
    ['bad-geometry', feature({ id: 'forest/9', kind: 'plot', title: 'x' }, { type: 'Point', coordinates: [1, 2] })],
    ['bad-geometry', feature({ id: 'forest/9', kind: 'plot', title: 'x' }, { type: 'Polygon', coordinates: [ring, ring] })],
    ['too-few-points', feature({ id: 'forest/9', kind: 'plot', title: 'x' }, { type: 'LineString', coordinates: [[1, 2]] })],
    ['off-the-earth', feature({ id: 'forest/9', kind: 'plot', title: 'x' }, { type: 'LineString', coordinates: [[38.9, 115.9], [38.91, 115.9]] })],
    ['too-many-points', feature({ id: 'forest/9', kind: 'plot', title: 'x' }, { type: 'LineString', coordinates: Array.from({ length: 513 }, (_, i) => [i / 100, 1]) })],
    ['bad-chainage', feature({ id: 'forest/9', kind: 'plot', title: 'x', from: 'K2+000', to: 'K1+000' })],
    ['unknown-parent', feature({ id: 'town/9', kind: 'plot', title: 'x' })],
  ])('is told what is wrong: %s', (code, bad) => {
    const [row] = read(bad);
    expect(row!.faults.map((f) => f.code)).toContain(code);
    expect(row!.faults.every((f) => f.says.en && f.says.zh)).toBe(true);
  });

  it('changes what it says of a place, and nothing else', () => {
    const [row] = read(feature({ id: 'forest', title_en: 'Wood', plan: '{"shrub":3}' }));
    const { outline, ...rest } = row!.place;
    expect([row!.faults, row!.known, outline!.length]).toEqual([[], true, 3]);
    expect(rest).toEqual({ ...forest, title: { en: 'Wood', zh: '林' }, plan: { tree: 7, shrub: 3 } });
    expect(read(feature({ id: 'forest/9', kind: 'plot', title: 'x' }))[0]!.known).toBe(false);
  });

  it('may have a line beside an outline, or no shape at all', () => {
    const line = { type: 'LineString', coordinates: ring.slice(0, 2) };
    const both = (...geometries: object[]) => read(feature({ id: 'forest/9', kind: 'plot', title: 'x', from: 65_000, to: 65_240.5, side: 'left' }, { type: 'GeometryCollection', geometries }))[0]!;
    const { place, faults } = both({ type: 'Polygon', coordinates: [ring] }, line);
    expect([faults, place.outline!.length, place.line!.length, place.chainage]).toEqual([[], 3, 2, { from: 65_000_000, to: 65_240_500, side: 'left' }]);
    expect(both(line, line).faults.map((f) => f.code)).toEqual(['bad-geometry']);
    expect(read({ type: 'Feature', properties: { id: 'town', kind: 'project', title: 'x' }, geometry: null })[0]!.faults).toEqual([]);
  });

  it('with an id twice, or no JSON at all, is told so', () => {
    const plot = feature({ id: 'forest/9', kind: 'plot', title: 'x' });
    expect(read(plot, plot).map((r) => r.faults.map((f) => f.code))).toEqual([[], ['twice']]);
    expect(() => readGeoJson('<kml>', new Map())).toThrow(SyntaxError);
    expect(readGeoJson('{"type":"Topology"}', new Map())).toEqual([]);
  });

  it.each([['K65+320', 65_320_000], ['65320', 65_320_000], ['K0+000.5', 500], ['east', undefined]])('chainage %s', (text, mm) => expect(readChainage(text)).toBe(mm));
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

describe('an outline', () => {
  const at = (...pairs: number[]) => pairs.flatMap((lat, i) => (i % 2 ? [] : [{ lat, lon: pairs[i + 1]! }]));
  it.each([
    ['a bow tie', at(0, 0, 10, 10, 0, 10, 10, 0), { first: 0, second: 2, at: { lat: 5, lon: 5 } }],
    ['a corner on an edge', at(0, 0, 0, 10, 10, 10, 0, 5, 10, 0), { first: 0, second: 2, at: { lat: 0, lon: 5 } }],
    ['a spike', at(0, 0, 0, 10, 0, 5, 10, 5), { first: 0, second: 1, at: { lat: 0, lon: 10 } }],
    ['a square', at(0, 0, 0, 10, 10, 10, 10, 0), undefined],
    ['a corner on a straight edge', at(0, 0, 0, 5, 0, 10, 10, 5), undefined],
    ['a repeated corner', at(0, 0, 0, 10, 0, 10, 10, 10), undefined],
  ])('that meets itself is found, as the ledger finds it: %s', (_, outline, want) => expect(selfCrossing(outline)).toEqual(want));
});

import type { Place, Point } from '../../core/types';
import type { Convert } from './crs';
import { fault, faultsOf, kindForm, type Fault } from './faults';
import { bare, idWithin, nameOfKind, over, parentOf } from './merge';

// GeoJSON (RFC 7946, and files of before it that name another reference system) becomes places. A reading says which
// properties give a feature's id, kind, titles and chainage, and what its coordinates are. Its geometry is a polygon
// without holes, a line, one of each, or none. What cannot become a place is said by feature, in both languages.

export interface Row {
  /** From 1. */
  readonly number: number;
  readonly place: Place;
  /** The ledger has a place of that id, which is changed. */
  readonly known: boolean;
  readonly faults: readonly Fault[];
}

/** How large a file may be, in bytes, and how many features it may have: it is read as a whole. */
export const largestFile = 32 << 20;
export const mostFeatures = 20_000;

/** A file as it is, before it is known how it is to be read. */
export interface GeoFile {
  readonly features: readonly unknown[];
  /** The properties that features have, with a few of their values. */
  readonly properties: readonly { readonly name: string; readonly examples: readonly string[] }[];
  /** The reference system that the file names, as it is written there; undefined where it names none. */
  readonly crs?: string;
  /** What the first numbers of its positions span, and the second ones; undefined where it has no position. */
  readonly span?: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
}

/** How a file is read. A property that is '' is not in it. */
export interface Reading {
  readonly id: string;
  /** The place that ids are made in, of what the id's property says; undefined when the property holds whole ids. */
  readonly within: string | undefined;
  readonly kind: string;
  /** The kind of all that have none of their own. */
  readonly oneKind: string;
  /** The name in whatever language, where there is none in the reader's. */
  readonly title: string;
  readonly titleEn: string;
  readonly titleZh: string;
  /** Converts from the file's coordinates; undefined when they are degrees of WGS 84. */
  readonly convert?: Convert;
  /** The latitude, or northing, stands first. */
  readonly swapped: boolean;
}

/** A stretch like K65+000 or 65000 (metres), in millimetres. */
export function readChainage(text: string): number | undefined {
  const found = /^(?:K?(\d+)\+)?(\d+(?:\.\d{1,3})?)$/i.exec(text.normalize('NFKC').trim());
  return found === null ? undefined : Math.round(Number(found[1] ?? 0) * 1e6 + Number(found[2]) * 1000);
}

const words = (v: unknown): string => (typeof v === 'string' ? v.trim() : typeof v === 'number' ? String(v) : '');

function propertiesOf(feature: unknown): Readonly<Record<string, unknown>> {
  const { properties, id } = (feature ?? {}) as { properties?: unknown; id?: unknown };
  const own = typeof properties === 'object' && properties !== null ? (properties as Record<string, unknown>) : {};
  return { ...(words(id) !== '' && { id }), ...own };
}

/** All positions of a geometry, as they are written. Deeper nesting than GeoJSON has is not looked into. */
function* positions(v: unknown, depth = 0): Generator<unknown[]> {
  if (typeof v !== 'object' || v === null || depth > 8) return;
  if (Array.isArray(v)) {
    if (v.some(Array.isArray)) for (const part of v as unknown[]) yield* positions(part, depth + 1);
    else if (v.length > 0) yield v as unknown[];
    return;
  }
  const { coordinates, geometries } = v as { coordinates?: unknown; geometries?: unknown };
  yield* positions(coordinates ?? geometries, depth + 1);
}

/** Reads a file as it is. Throws SyntaxError when it is no JSON. */
export function openGeoJson(text: string): GeoFile {
  const root = JSON.parse(text.replace(/^\uFEFF/, '')) as { type?: unknown; features?: unknown; crs?: { properties?: { name?: unknown; code?: unknown } } | null } | null;
  const features: unknown[] = root?.type === 'FeatureCollection' && Array.isArray(root.features) ? (root.features as unknown[]) : root?.type === 'Feature' ? [root] : [];
  const properties = new Map<string, Set<string>>();
  let span: { x: [number, number]; y: [number, number] } | undefined;
  for (const feature of features) {
    for (const [name, value] of Object.entries(propertiesOf(feature))) {
      const seen = properties.get(name) ?? new Set();
      if (properties.size < 200) properties.set(name, seen);
      if (words(value) !== '' && seen.size < 3) seen.add(words(value));
    }
    for (const [x, y] of positions((feature as { geometry?: unknown } | null)?.geometry)) {
      if (typeof x !== 'number' || typeof y !== 'number') continue;
      span ??= { x: [x, x], y: [y, y] };
      span = { x: [Math.min(span.x[0], x), Math.max(span.x[1], x)], y: [Math.min(span.y[0], y), Math.max(span.y[1], y)] };
    }
  }
  const crs = words(root?.crs?.properties?.name) || words(root?.crs?.properties?.code) || (root?.crs === undefined ? '' : JSON.stringify(root.crs).slice(0, 80));
  return { features, properties: [...properties].map(([name, examples]) => ({ name, examples: [...examples] })), ...(crs !== '' && { crs }), ...(span && { span }) };
}

/** The property that is most likely meant, of the names that a thing usually has. */
function called(file: GeoFile, ...names: readonly string[]): string {
  const plain = (s: string): string => s.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return names.flatMap((n) => file.properties.filter((p) => plain(p.name) === n))[0]?.name ?? '';
}

/** A reading to begin with, from the names of the properties. `within` is the place that new ones are to lie in. */
export function guessReading(file: GeoFile, within: string): Reading {
  const id = called(file, 'id', 'code', 'number', 'no', 'ref', 'fid', 'objectid', '编号', '代码', '小班号', '地块号');
  // Whole ids have the places that they lie in, in their names.
  const whole = file.properties.find((p) => p.name === id)?.examples.some((e) => e.includes('/')) || within === '';
  const degrees = (most: number, [low, high]: readonly [number, number]): boolean => Math.max(-low, high) <= most;
  const { x, y } = file.span ?? { x: [0, 0], y: [0, 0] };
  return {
    id, within: whole ? undefined : within, kind: called(file, 'kind', 'type', 'class', '类别', '类型'), oneKind: '',
    title: called(file, 'title', 'name', 'label', '名称', '地名'), titleEn: called(file, 'titleen', 'nameen'), titleZh: called(file, 'titlezh', 'namezh', 'namecn'),
    swapped: !degrees(90, y) && degrees(90, x) && degrees(180, y),
  };
}

/** What the guess of the coordinates rests on alone, so that a person is asked. */
export type Doubt = 'swapped' | 'no-degrees' | 'far';

/** Farther than this from all other places of the works, in micro-degrees, what a file has is asked about: some 200 km. */
const far = 2_000_000;

/** What speaks against the reading of a file's coordinates. `known` are the places on the ledger. */
export function doubtsOf(file: GeoFile, reading: Reading, rows: readonly Row[], known: Iterable<Place>): Doubt[] {
  const doubts: Doubt[] = [];
  const { x, y } = file.span ?? { x: [0, 0], y: [0, 0] };
  const [lons, lats] = reading.swapped ? [y, x] : [x, y];
  if (reading.convert === undefined && [...lons, ...lats].some((v, i) => Math.abs(v) > (i < 2 ? 180 : 90))) return ['no-degrees'];
  if (reading.convert === undefined && reading.swapped) doubts.push('swapped');
  const there = [...known].flatMap((p) => [...(p.outline ?? []), ...(p.line ?? [])]);
  const here = rows.flatMap((r) => [...(r.place.outline ?? []), ...(r.place.line ?? [])].slice(0, 1));
  if (there.length > 0 && here.length > 0 && !here.some((a) => there.some((b) => Math.abs(a.lat - b.lat) < far && Math.abs(a.lon - b.lon) < far))) doubts.push('far');
  return doubts;
}

interface Shape {
  readonly outline?: Point[];
  readonly line?: Point[];
}

const tooMany = fault('bad-geometry', 'Only a polygon of one ring, or a line, becomes a place. Split what has parts or holes.', '只接受单环多边形或线。有多个部分或孔洞的请拆分。');

/** What a geometry becomes; a coordinate that is no number, `null` among them, is no coordinate. */
function shapeOf(geometry: unknown, reading: Reading): Shape | Fault {
  if (geometry === null || geometry === undefined) return {};
  const { type, coordinates, geometries } = geometry as { type?: unknown; coordinates?: unknown; geometries?: unknown };
  if (type === 'GeometryCollection' && Array.isArray(geometries) && geometries.length > 0 && geometries.length <= 2) {
    const parts = geometries.map((g: { type?: unknown } | null) => (g?.type === 'GeometryCollection' ? tooMany : shapeOf(g, reading)));
    const wrong = parts.find((p) => 'code' in p);
    const shapes = parts as Shape[];
    const once = (member: keyof Shape): boolean => shapes.filter((s) => s[member]).length <= 1;
    return wrong ?? (once('outline') && once('line') ? (Object.assign({}, ...shapes) as Shape) : tooMany);
  }
  const list = Array.isArray(coordinates) ? (coordinates as unknown[]) : [];
  if ((type === 'LineString' || type === 'Polygon' || type === 'MultiPolygon') && list.length === 0) return {};
  const read = (from: unknown): Point[] | Fault => {
    if (!Array.isArray(from)) return fault('bad-geometry', 'The coordinates are no list of positions.', '坐标不是位置列表。');
    const points: Point[] = [];
    for (const [i, at] of (from as unknown[]).entries()) {
      const p = pointOf(at, reading);
      if (p === undefined) return fault('bad-geometry', `Position ${i + 1} is not two numbers that make a place on the earth.`, `第 ${i + 1} 个位置不是可用的两个坐标数字。`);
      points.push(p);
    }
    return points;
  };
  if (type === 'LineString') {
    const line = read(list);
    return Array.isArray(line) ? { line } : line;
  }
  const rings = type === 'Polygon' ? list : type === 'MultiPolygon' && list.length === 1 ? (list[0] as unknown[]) : undefined;
  if (rings === undefined || !Array.isArray(rings) || rings.length !== 1) return tooMany;
  const ring = read(rings[0]);
  if (!Array.isArray(ring)) return ring;
  const [first, last] = [ring[0], ring.at(-1)];
  if (ring.length > 1 && first?.lat === last?.lat && first?.lon === last?.lon) ring.pop(); // GeoJSON closes its rings
  return { outline: ring };
}

function pointOf(at: unknown, { convert, swapped }: Reading): Point | undefined {
  const [a, b] = Array.isArray(at) ? (at as unknown[]) : [];
  if (typeof a !== 'number' || typeof b !== 'number' || !Number.isFinite(a) || !Number.isFinite(b)) return undefined;
  const [x, y] = swapped ? [b, a] : [a, b];
  const degrees = convert === undefined ? { lat: y, lon: x } : convert(x, y);
  return degrees && { lat: Math.round(degrees.lat * 1e6), lon: Math.round(degrees.lon * 1e6) };
}

/** Amounts by kind; programs of maps that know no objects write them as JSON in a text. */
function planOf(v: unknown): Record<string, number> | undefined {
  let plan = v;
  try {
    if (typeof v === 'string') plan = JSON.parse(v);
  } catch {
    return undefined;
  }
  if (typeof plan !== 'object' || plan === null) return undefined;
  const amounts = Object.entries(plan).filter((e): e is [string, number] => Number.isSafeInteger(e[1]) && e[1] >= 0 && kindForm.test(e[0]));
  return amounts.length === 0 ? undefined : Object.fromEntries(amounts);
}

/** Reads the features of a file. `known` are the places that are on the ledger: what the file does not say of them stays. */
export function readPlaces(file: GeoFile, reading: Reading, known: ReadonlyMap<string, Place>): Row[] {
  const seen = new Set<string>();
  const rows = file.features.map((feature, i): Row => {
    const p = propertiesOf(feature);
    const says = (property: string): string => (property === '' ? '' : words(p[property]));
    const shape = shapeOf((feature as { geometry?: unknown } | null)?.geometry, reading);
    const [en, zh] = [reading.titleEn, reading.titleZh].map((p) => says(p) || says(reading.title)) as [string, string];
    const [from, to, side, plan] = [readChainage(words(p.from)), readChainage(words(p.to)), words(p.side), planOf(p.plan)];
    const kind = nameOfKind(says(reading.kind)) || reading.oneKind;
    const said = says(reading.id);
    const id = said === '' || reading.within === undefined ? said : idWithin(reading.within, said, said);
    const old = known.get(id);
    const place = bare(over(old, {
      id, kind, title: { en, zh },
      ...('code' in shape ? {} : shape),
      ...(from !== undefined && to !== undefined && { chainage: { from, to, ...((side === 'left' || side === 'right') && { side }) } }),
      ...(plan && { plan }),
    }));
    const faults = [...('code' in shape ? [shape] : []), ...faultsOf(place).filter((f) => id !== '' || f.code !== 'bad-id')];
    if (id === '') faults.push(fault('no-id', 'It has no id. Choose the property that tells one from another.', '没有编号。请选择能区分各要素的属性。'));
    else if (seen.has(id)) faults.push(fault('twice', `The id ${id} is in the file twice.`, `编号 ${id} 在文件中重复。`));
    seen.add(id);
    return { number: i + 1, place, known: old !== undefined, faults };
  });
  const good = new Set([...known.keys(), ...rows.filter((r) => r.faults.length === 0).map((r) => r.place.id)]);
  return rows.map((r) => {
    const parent = parentOf(r.place.id);
    if (parent === undefined || good.has(parent)) return r;
    return { ...r, faults: [...r.faults, fault('unknown-parent', `It lies in ${parent}, which is neither on the ledger nor in the file.`, `其上级 ${parent} 既不在账本上，也不在文件中。`)] };
  });
}

/** What holds others comes before them. */
export const inOrder = (rows: readonly Row[]): Place[] =>
  rows.filter((r) => r.faults.length === 0).map((r) => r.place).sort((a, b) => a.id.split('/').length - b.id.split('/').length);

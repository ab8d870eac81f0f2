import { limits } from '../../core/limits';
import { isPlaceId } from '../../core/place';
import type { Place, Point, Text } from '../../core/types';
import { selfCrossing } from './crossing';
import { bare, over, parentOf } from './merge';

// GeoJSON (RFC 7946) becomes places. A feature gives its id, kind, title and chainage by its properties; its geometry is
// a polygon without holes, a line, one of each, or none. What cannot become a place is said by feature, in both languages.

/** What is wrong with a feature. */
export interface Fault {
  readonly code: string;
  readonly says: Text;
}

export interface Row {
  /** From 1. */
  readonly number: number;
  readonly place: Place;
  /** The ledger has a place of that id, which is changed. */
  readonly known: boolean;
  readonly faults: readonly Fault[];
}

const kindForm = /^[a-z][a-z0-9-]{0,39}$/;

const fault = (code: string, en: string, zh: string): Fault => ({ code, says: { en, zh } });

/** A stretch like K65+000 or 65000 (metres), in millimetres. */
export function readChainage(text: string): number | undefined {
  const found = /^(?:K?(\d+)\+)?(\d+(?:\.\d{1,3})?)$/i.exec(text.trim());
  return found === null ? undefined : Math.round(Number(found[1] ?? 0) * 1e6 + Number(found[2]) * 1000);
}

/** What does not hold of a place by itself; the ledger says the same. */
export function faultsOf(place: Place): Fault[] {
  const all: Fault[] = [];
  if (!isPlaceId(place.id)) all.push(fault('bad-id', `The id “${place.id}” is not parts of lower-case letters and digits with slashes between, like forest/9/14.`, `编号“${place.id}”应由小写字母和数字组成，各级以斜杠分隔，如 forest/9/14。`));
  if (!kindForm.test(place.kind)) all.push(fault('bad-kind', 'The kind is missing, or not like “plot”.', '类别缺失或格式不符，应如“plot”。'));
  if (!place.title.en.trim() || !place.title.zh.trim()) all.push(fault('no-title', 'The title is missing.', '缺少名称。'));
  for (const points of [place.outline, place.line]) {
    if (points === undefined) continue;
    if (points.length > limits.outline) all.push(fault('too-many-points', `It has ${points.length} points; at most ${limits.outline} are kept. Simplify it.`, `共 ${points.length} 个点，最多 ${limits.outline} 个。请简化。`));
    if (points.length < (points === place.outline ? 3 : 2)) all.push(fault('too-few-points', 'An outline has at least three points, a line two.', '范围至少三个点，线至少两个点。'));
    if (points.some((p) => Math.abs(p.lat) > 90e6 || Math.abs(p.lon) > 180e6)) all.push(fault('off-the-earth', 'A point lies off the earth. GeoJSON is WGS 84, longitude first.', '有点不在地球范围内。GeoJSON 采用 WGS 84，经度在前。'));
  }
  const crossing = place.outline && place.outline.length <= limits.outline ? selfCrossing(place.outline) : undefined;
  if (crossing) {
    const [a, b] = [crossing.first + 1, crossing.second + 1];
    const at = `${(crossing.at.lat / 1e6).toFixed(6)}, ${(crossing.at.lon / 1e6).toFixed(6)}`;
    all.push(fault('self-crossing', `The outline meets itself at ${at}: its edges after corner ${a} and after corner ${b}.`, `范围线在 ${at} 处自相交：第 ${a} 个角点与第 ${b} 个角点之后的边。`));
  }
  if (place.chainage && place.chainage.from >= place.chainage.to) all.push(fault('bad-chainage', 'A chainage runs from a smaller to a larger value.', '桩号应由小到大。'));
  return all;
}

const point = (c: unknown): Point => {
  const [lon, lat] = Array.isArray(c) ? (c as unknown[]) : [];
  return { lat: Math.round(Number(lat) * 1e6), lon: Math.round(Number(lon) * 1e6) };
};

interface Shape {
  readonly outline?: Point[];
  readonly line?: Point[];
}

const tooMany = fault('bad-geometry', 'Only a polygon of one ring, or a line, becomes a place. Split what has parts or holes.', '只接受单环多边形或线。有多个部分或孔洞的请拆分。');

const words = (v: unknown): string => (typeof v === 'string' ? v.trim() : typeof v === 'number' ? String(v) : '');

function shapeOf(geometry: unknown): Shape | Fault {
  if (geometry === null || geometry === undefined) return {};
  const { type, coordinates, geometries } = geometry as { type?: unknown; coordinates?: unknown; geometries?: unknown };
  if (type === 'GeometryCollection' && Array.isArray(geometries) && geometries.length > 0) {
    const parts = geometries.map((g) => shapeOf(g));
    const wrong = parts.find((p) => 'code' in p);
    const shapes = parts as Shape[];
    const once = (member: keyof Shape): boolean => shapes.filter((s) => s[member]).length <= 1;
    return wrong ?? (once('outline') && once('line') ? Object.assign({}, ...shapes) as Shape : tooMany);
  }
  const list = Array.isArray(coordinates) ? (coordinates as unknown[]) : [];
  const numbers = (points: Point[]): boolean => points.every((p) => Number.isFinite(p.lat) && Number.isFinite(p.lon));
  const odd = fault('bad-geometry', 'A coordinate is not a number.', '坐标不是数字。');
  if (type === 'LineString') {
    const line = list.map(point);
    return numbers(line) ? { line } : odd;
  }
  const rings = type === 'Polygon' ? list : type === 'MultiPolygon' && list.length === 1 ? (list[0] as unknown[]) : undefined;
  if (rings === undefined || !Array.isArray(rings) || rings.length !== 1) return tooMany;
  const ring = (Array.isArray(rings[0]) ? (rings[0] as unknown[]) : []).map(point);
  const [first, last] = [ring[0], ring.at(-1)];
  if (ring.length > 1 && first?.lat === last?.lat && first?.lon === last?.lon) ring.pop(); // GeoJSON closes its rings
  return numbers(ring) ? { outline: ring } : odd;
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

/**
 * Reads a file. `known` are the places that are on the ledger: what the file does not say of them stays. Throws SyntaxError
 * when it is no JSON.
 */
export function readGeoJson(text: string, known: ReadonlyMap<string, Place>): Row[] {
  const root = JSON.parse(text) as { type?: unknown; features?: unknown };
  const features: unknown[] = root?.type === 'FeatureCollection' && Array.isArray(root.features) ? (root.features as unknown[]) : root?.type === 'Feature' ? [root] : [];
  const seen = new Set<string>();
  const rows = features.map((feature, i): Row => {
    const { properties, geometry } = (feature ?? {}) as { properties?: unknown; geometry?: unknown };
    const p = (typeof properties === 'object' && properties !== null ? properties : {}) as Record<string, unknown>;
    const shape = shapeOf(geometry);
    const title = words(p.title) || words(p.name);
    const [from, to, side, plan] = [readChainage(words(p.from)), readChainage(words(p.to)), words(p.side), planOf(p.plan)];
    const id = words(p.id) || words((feature as { id?: unknown } | null)?.id);
    const old = known.get(id);
    const place = bare(over(old, {
      id, kind: words(p.kind), title: { en: words(p.title_en) || title, zh: words(p.title_zh) || title },
      ...('code' in shape ? {} : shape),
      ...(from !== undefined && to !== undefined && { chainage: { from, to, ...((side === 'left' || side === 'right') && { side }) } }),
      ...(plan && { plan }),
    }));
    const faults = [...('code' in shape ? [shape] : []), ...faultsOf(place)];
    if (seen.has(id)) faults.push(fault('twice', `The id ${id} is in the file twice.`, `编号 ${id} 在文件中重复。`));
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

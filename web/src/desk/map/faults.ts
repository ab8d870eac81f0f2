import { limits } from '../../core/limits';
import { isPlaceId } from '../../core/place';
import type { Place, Text } from '../../core/types';
import { faultOfLine, faultOfOutline, selfCrossing, type ShapeFault } from './shape';

/** What is wrong with a place or a feature. */
export interface Fault {
  readonly code: string;
  readonly says: Text;
}

export const fault = (code: string, en: string, zh: string): Fault => ({ code, says: { en, zh } });

export const kindForm = /^[a-z][a-z0-9-]{0,39}$/;

const degrees = (micro: number): string => (micro / 1e6).toFixed(6);

function says(code: ShapeFault, place: Place): Fault {
  switch (code) {
    case 'too-many-points': {
      const n = Math.max(place.outline?.length ?? 0, place.line?.length ?? 0);
      return fault(code, `It has ${n} points; at most ${limits.outline} are kept. Simplify it.`, `共 ${n} 个点，最多 ${limits.outline} 个。请简化。`);
    }
    case 'too-few-points':
      return fault(code, 'An outline has at least three different corners, a line two different points.', '范围至少三个不同的角点，线至少两个不同的点。');
    case 'off-the-earth':
      return fault(code, 'A point lies off the earth.', '有点不在地球范围内。');
    case 'too-wide':
      return fault(code, 'The outline extends over more than 1,000 km. One across the meridian of 180° is split there.', '范围跨度超过 1,000 公里。跨越 180° 经线的，请在该处分开。');
    case 'self-crossing': {
      const { first, second, at } = selfCrossing(place.outline ?? [])!;
      return fault(
        code,
        `The outline meets itself at ${degrees(at.lat)}, ${degrees(at.lon)}: its edges after corner ${first + 1} and after corner ${second + 1}.`,
        `范围线在 ${degrees(at.lat)}, ${degrees(at.lon)} 处自相交：第 ${first + 1} 个角点与第 ${second + 1} 个角点之后的边。`,
      );
    }
  }
}

/** What does not hold of a place by itself; the ledger says the same. */
export function faultsOf(place: Place): Fault[] {
  const all: Fault[] = [];
  if (!isPlaceId(place.id)) all.push(fault('bad-id', `The id “${place.id}” is not parts of lower-case letters and digits with slashes between, like forest/9/14.`, `编号“${place.id}”应由小写字母和数字组成，各级以斜杠分隔，如 forest/9/14。`));
  if (!kindForm.test(place.kind)) all.push(fault('bad-kind', 'The kind is missing, or not like “plot”.', '类别缺失或格式不符，应如“plot”。'));
  if (!place.title.en.trim() || !place.title.zh.trim()) all.push(fault('no-title', 'The title is missing.', '缺少名称。'));
  const shapes = new Set([faultOfOutline(place.outline ?? []), faultOfLine(place.line ?? [])]);
  all.push(...[...shapes].flatMap((code) => (code === undefined ? [] : [says(code, place)])));
  if (place.chainage && place.chainage.from >= place.chainage.to) all.push(fault('bad-chainage', 'A chainage runs from a smaller to a larger value.', '桩号应由小到大。'));
  return all;
}

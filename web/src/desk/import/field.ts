import { limits } from '../../core/limits';
import { isPlaceId } from '../../core/place';
import type { RuleField, Text, Value } from '../../core/types';

// rulebook.Field.Check: what the ledger will say of a value, said before anything is signed. A cell never makes a list.

/** The code of a value that the field cannot hold. */
export const badData = 'bad-data';

/** Says what is the matter with a value; undefined when the field can hold it. */
export function wrongValue(f: RuleField, v: Value): Text | undefined {
  const wrong = wrongOf(f, v);
  return wrong && { en: `${f.title.en || f.title.zh}: ${wrong.en}.`, zh: `${f.title.zh || f.title.en}：${wrong.zh}。` };
}

function wrongOf(f: RuleField, v: Value): Text | undefined {
  switch (f.type) {
    case 'integers':
    case 'strings':
    case 'entries':
      return { en: 'expected a list with something in it', zh: '应为非空列表' };
    case 'integer':
      return wrongInteger(f, v);
    case 'bool':
      return typeof v === 'boolean' ? undefined : { en: 'expected yes or no', zh: '应为是或否' };
    case 'place':
      return typeof v === 'string' && isPlaceId(v) ? undefined : { en: 'expected the id of a place', zh: '应为部位编号' };
    default:
      return wrongString(f, v);
  }
}

function wrongInteger(f: RuleField, v: Value): Text | undefined {
  const unit = f.unit ?? '';
  const after = unit && ` ${unit}`;
  if (typeof v !== 'number') return { en: `expected a whole number${unit && ` of ${unit}`}`, zh: `应为整数${unit && `，单位 ${unit}`}` };
  if (f.min !== undefined && v < f.min) return { en: `${v}${after} is less than ${f.min}${after}`, zh: `${v}${after} 小于 ${f.min}${after}` };
  if (f.max !== undefined && v > f.max) return { en: `${v}${after} is more than ${f.max}${after}`, zh: `${v}${after} 大于 ${f.max}${after}` };
  return undefined;
}

function wrongString(f: RuleField, v: Value): Text | undefined {
  if (typeof v !== 'string' || v.trim() === '') return { en: 'expected text', zh: '应为文字' };
  if (f.choices !== undefined && f.choices.length > 0) {
    if (f.choices.some((c) => c.value === v)) return undefined;
    const said = JSON.stringify(shorten(v));
    return {
      en: `${said} is not one of ${f.choices.map((c) => c.value).join(', ')}`,
      zh: `${said} 不在可选项之内：${f.choices.map((c) => `${c.value}（${c.title.zh || c.title.en}）`).join('、')}`,
    };
  }
  const [n, most] = [[...v].length, f.maxLength ?? limits.fieldText];
  if (n > most) return { en: `${n} characters, at most ${most} are allowed`, zh: `有 ${n} 个字符，最多 ${most} 个` };
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(v)) return { en: 'control characters are not allowed', zh: '不允许控制字符' };
  return undefined;
}

function shorten(s: string): string {
  const all = [...s];
  return all.length > 40 ? `${all.slice(0, 40).join('')}…` : s;
}

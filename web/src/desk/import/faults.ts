import type { Text } from '../../core/types';
import type { Fault } from './types';

// The codes and words of package importer's faults; its test faultWords and faults.test.ts here compare them.
export const faultWords = {
  'cell-empty': { en: 'The cell is empty, and the action needs it. Fill it in.', zh: '单元格为空，而该操作需要此项。请填写。' },
  'cell-not-utf8': { en: 'The cell is not UTF-8 text. Save the file as CSV UTF-8.', zh: '单元格不是 UTF-8 文本。请另存为 CSV UTF-8。' },
  'cell-error-value': {
    en: 'The spreadsheet holds an error here, or a formula without a result, and no value. Let it compute and save it again, or write the value. Name it under “empty” where it means “not known”.',
    zh: '此处为电子表格的错误值，或没有结果的公式，不是有效值。请重新计算并保存，或直接填写；若表示“未知”，请列入 empty。',
  },
  'cell-not-a-number': { en: 'Not a number. Write digits, with a point before decimals and no unit.', zh: '不是数字。请只写数字，小数点用“.”，不带单位。' },
  'cell-number-ambiguous': {
    en: 'It may be %v or %v. Say in the mapping which mark this column has before decimals, or write the number without one.',
    zh: '可读作 %v 或 %v。请在映射中指明该列的小数点，或改写为不含分隔符的数字。',
  },
  'cell-not-whole': { en: 'Not a whole number%v. Correct it, or let the mapping round it.', zh: '换算后不是整数%v。请更正，或在映射中设定舍入。' },
  'cell-number-too-large': { en: 'The number is too large to be kept.', zh: '数字过大，无法保存。' },
  'cell-not-a-year': { en: 'Not a year of four digits.', zh: '不是四位数的年份。' },
  'cell-not-a-date': { en: 'Not a date of the form %v.', zh: '不是 %v 格式的日期。' },
  'cell-not-a-choice': { en: "Not one of: %v. Correct it, or add it to the mapping's choices.", zh: '不在以下选项之内：%v。请更正，或加入映射的选项。' },
  'cell-not-a-position': {
    en: 'Not a position in degrees of WGS 84, like 38.912345 or 38°54\'44"N, latitude from -90 to 90, longitude from -180 to 180.',
    zh: '不是 WGS 84 的经纬度（如 38.912345 或 38°54′44″N；纬度 -90 至 90，经度 -180 至 180）。',
  },
  'cell-not-a-point': {
    en: 'Not a whole position. Where one column holds both, they are like POINT(115.9 38.9), or like 38.9N, 115.9E.',
    zh: '不是完整的坐标。同一列含经纬度时，应如 POINT(115.9 38.9) 或 38.9N, 115.9E。',
  },
  'row-of-other-length': { en: 'The row has %v cells, the heading %v. A comma inside a text needs quotes around the text.', zh: '该行有 %v 个单元格，表头有 %v 个。含逗号的文字需加引号。' },
  'row-not-csv': {
    en: 'The row is not CSV: a quote stands where none may, or is never closed. Put quotes around the whole cell, and write those within it twice.',
    zh: '该行不是有效的 CSV：引号位置有误或未闭合。请用引号括住整个单元格，其中的引号写两次。',
  },
  'row-key-twice': { en: 'Line %v has the same key. Each row is one thing: remove one of them, or correct its key.', zh: '第 %v 行的键与此相同。每行对应一个物品：请删除其一或更正其键。' },
  'row-changed-after-import': {
    en: 'This row was imported before with other content. What is recorded stays; correct it by an event.',
    zh: '该行此前已导入，内容不同。已记录的内容不变；请用更正事件修改。',
  },
  'row-not-an-event': { en: 'The row makes no event: %v.', zh: '该行不能成为事件：%v。' },
} as const satisfies Readonly<Record<string, Text>>;

export type FaultCode = keyof typeof faultWords;

/** Makes a fault; each %v of its words is filled with the next of the values. */
export function fault(column: string, value: string, code: FaultCode, ...values: readonly (string | number)[]): Fault {
  const fill = (sentence: string): string => {
    let i = 0;
    return sentence.replace(/%v/g, () => String(values[i++] ?? ''));
  };
  return { column, value, code, says: { en: fill(faultWords[code].en), zh: fill(faultWords[code].zh) } };
}

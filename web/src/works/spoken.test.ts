import { expect, it } from 'vitest';
import { inWords } from './spoken';
import { entryOf } from './units';

it.each([
  [40_000, 'kg', undefined, 'forty thousand kilograms', '四万千克'],
  [40, 'kg', undefined, 'forty kilograms', '四十千克'],
  [1, 'kg', undefined, 'one kilogram', '一千克'],
  [1000, 'mm', undefined, 'one metre', '一米'],
  [2350, 'mm', 60_000, 'two point three five metres', '二点三五米'],
  [87, 'mm', 500, 'eight point seven centimetres', '八点七厘米'],
  [9050, '0.01 %', undefined, 'ninety point five percent', '百分之九十点五'],
  [12_000, 'each', undefined, 'twelve thousand', '一万二千'],
  [0, 'each', undefined, 'zero', '零'],
  [10, 'each', undefined, 'ten', '十'],
  [110, 'each', undefined, 'one hundred and ten', '一百一十'],
  [100_305, 'each', undefined, 'one hundred thousand three hundred and five', '十万零三百零五'],
  [100_000_001, 'each', undefined, 'one hundred million one', '一亿零一'],
  [7_997_879, 'each', undefined, 'seven million nine hundred and ninety-seven thousand eight hundred and seventy-nine', '七百九十九万七千八百七十九'],
  [-1500, 'mm', undefined, 'minus one point five metres', '负一点五米'],
  [2026, 'year', undefined, '', ''],
  [120_050, 'fen', undefined, 'one thousand two hundred point five yuan', '一千二百点五元'],
  [3, 'furlong', undefined, 'three furlong', '三furlong'],
] as const)('%d %s', (value, unit, most, en, zh) => {
  expect(inWords(value, entryOf(unit, most), 'en')).toBe(en);
  expect(inWords(value, entryOf(unit, most), 'zh')).toBe(zh);
});

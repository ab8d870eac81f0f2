import format from '../../page/format.go?raw';
import { describe, expect, it } from 'vitest';
import amounts from './testdata/amounts.json';
import { entryOf, entryOfField, readAmount, showAmount, writeAmount, firstMoment, isMoment } from './units';

describe('how an amount is entered', () => {
  it.each([
    ['mm', 6000, 'cm', 1],
    ['mm', 60_000, 'm', 3],
    ['mm', undefined, 'm', 3],
    ['0.01 %', 10_000, '%', 2],
    ['kPa', 200_000, 'MPa', 3],
    ['kg/m3', 3000, 'g/cm³', 3],
    ['kg', undefined, 'kg', 0],
    ['l', 10_000, 'L', 0],
    ['each', 500, '', 0],
    ['year', 2200, '', 0],
    ['furlong', 10, 'furlong', 0],
    [undefined, undefined, '', 0],
  ])('%s up to %s: %s, %d digits', (unit, most, label, digits) => {
    const entry = entryOf(unit, most);
    expect([entry.label.en, entry.digits]).toEqual([label, digits]);
  });
});

describe('what was typed, exactly', () => {
  const m = { digits: 3 };
  it.each([
    ['2.35', m, 2350],
    ['2,35', m, 2350],
    ['２．３５', m, 2350],
    ['2。35', m, 2350],
    [' 12 000 ', m, 12_000_000],
    ['.5', m, 500],
    ['5.', m, 5000],
    ['0.001', m, 1],
    ['2.3500000', m, 2350],
    ['-1.5', m, -1500],
    ['-0', m, 0],
    ['1.005', m, 1005],
    ['1,005.5', m, 1_005_500],
    ['1 005,5', m, 1_005_500],
    ['1,234', { digits: 0 }, 1234],
    ['1,234', { digits: 1 }, 12_340],
    ['4万', { digits: 0 }, 40_000],
    ['0.10', { digits: 2 }, 10],
    ['1,000,000', { digits: 0 }, 1_000_000],
    ['8.7', { digits: 1 }, 87],
    ['90', { digits: 2 }, 9000],
    ['2026', { digits: 0 }, 2026],
    ['12.0', { digits: 0 }, 12],
  ])('%j', (typed, entry, value) => expect(readAmount(typed, entry)).toEqual({ ok: true, value }));

  it.each([
    ['', m, 'notNumber'],
    ['abc', m, 'notNumber'],
    ['1.2.3', m, 'notNumber'],
    ['1e3', m, 'notNumber'],
    ['0x10', m, 'notNumber'],
    ['.', m, 'notNumber'],
    ['2.3456', m, 'tooFine'],
    ['1.5', { digits: 0 }, 'wholeNumber'],
    ['999999999999999', m, 'notNumber'],
    ['1 2', m, 'notNumber'],
    ['40 t', { digits: 0 }, 'notNumber'],
  ])('%j is none', (typed, entry, why) => expect(readAmount(typed, entry)).toEqual({ ok: false, why }));

  it.each([
    ['1,000', { digits: 0 }, [1000, 1]],
    ['40,000', { digits: 0 }, [40_000, 40]],
    ['1,234', m, [1_234_000, 1234]],
    ['1.000', { digits: 0 }, [1000, 1]],
    ['1.234', { digits: 0 }, [1234]],
  ])('%j is asked about', (typed, entry, readings) => expect(readAmount(typed, entry, '.')).toEqual({ ok: false, why: 'twoReadings', readings }));

  it('follows the reader’s locale', () => {
    expect(readAmount('1,005', m, ',')).toEqual({ ok: true, value: 1005 });
    expect(readAmount('1.005', m, ',')).toEqual({ ok: false, why: 'twoReadings', readings: [1_005_000, 1005] });
    expect(readAmount('1.234', { digits: 0 }, ',')).toEqual({ ok: true, value: 1234 });
    expect(writeAmount(1005, m, ',')).toBe('1,005');
    for (const mark of ['.', ','] as const) expect(readAmount(writeAmount(1005, m, mark), m, mark)).toEqual({ ok: true, value: 1005 });
  });

  it('is read as it is written', () => {
    for (const digits of [0, 1, 2, 3]) {
      for (const value of [0, 1, 7, 10, 99, 1005, 2350, 60_000, -1500]) {
        expect(readAmount(writeAmount(value, { digits }), { digits })).toEqual({ ok: true, value });
      }
    }
  });
});

it.each([
  [2350, 'mm', 60_000, 'en', '2.35\u00a0m'],
  [87, 'mm', 6000, 'zh', '8.7\u00a0cm'],
  [40_000, 'kg', undefined, 'en', '40\u202f000\u00a0kg'],
  [9050, '0.01 %', undefined, 'en', '90.5\u00a0%'],
  [2026, 'year', undefined, 'en', '2026'],
  [20, 'l', undefined, 'zh', '20\u00a0升'],
  [12_000, 'each', undefined, 'en', '12\u202f000'],
] as const)('%d %s reads well', (value, unit, most, language, want) => expect(showAmount(value, unit, language, most)).toBe(want));

// web/page/format_test.go holds the public page to the same file.
it.each(amounts)('$value $unit, at most $most, in $in, reads alike everywhere', ({ value, want, zh, most, ...field }) => {
  const shown = (['en', 'zh'] as const).map((l) => showAmount(value, entryOfField({ ...field, ...(most && { max: most }) }), l).replace(/[\u00a0\u202f]/g, ' '));
  expect(shown).toEqual([want, zh]);
});

describe('a date', () => {
  const date = entryOfField({ unit: 'date' });
  it.each([['2026-11-30', 20_787], ['1970-01-01', 0], ['1969-12-31', -1], ['2024-02-29', 19_782]])('%s is day %d', (typed, value) => {
    expect(readAmount(typed, date)).toEqual({ ok: true, value });
    expect([writeAmount(value, date), showAmount(value, date, 'zh')]).toEqual([typed, typed]);
  });
  it.each(['2025-02-29', '2026-13-01', '30.11.2026', '20261130', '20787', ''])('%s is none', (typed) => expect(readAmount(typed, date)).toEqual({ ok: false, why: 'notDate' }));
});

it('is typed in the unit that the rulebook says', () => {
  const hectares = entryOfField({ unit: 'm2', in: 'ha', digits: 4 });
  expect([hectares.label.zh, readAmount('1.2345', hectares), readAmount('1.23456', hectares)]).toEqual(['ha', { ok: true, value: 12_345 }, { ok: false, why: 'tooFine' }]);
  expect(showAmount(120_000, entryOfField({ unit: 'fen', in: 'yuan', digits: 2 }), 'zh')).toBe('1\u202f200.00\u00a0元');
});

it('seconds are a moment from where the public page says so, too', () => {
  expect(/firstMoment = ([\d_]+)/.exec(format)?.[1]?.replaceAll('_', '')).toBe(String(firstMoment));
  expect([isMoment(firstMoment, 's'), isMoment(firstMoment - 1, 's'), isMoment(firstMoment, 'mm')]).toEqual([true, false, false]);
});

import { describe, expect, it } from 'vitest';
import { ledgerTime, localTime, number } from './time';
import type { Instant } from '../core/types';

const at = (s: string) => s as Instant;
const now = new Date('2026-03-12T10:00:00Z');

describe('localTime', () => {
  it.each([
    ['the time alone on the same day', '2026-03-12T08:15:00Z', 'en', 'UTC', '08:15:00'],
    ['with the date before', '2026-03-11T08:15:00Z', 'en', 'UTC', '11 Mar, 08:15'],
    ['in Chinese', '2026-03-11T08:15:00Z', 'zh', 'UTC', '3月11日 08:15'],
    ['of another year with the year', '2027-03-11T08:15:00Z', 'en', 'UTC', '11 Mar 2027, 08:15'],
    ['of another year in Chinese', '2025-03-11T08:15:00Z', 'zh', 'UTC', '2025年3月11日 08:15'],
    ['the day is the one of the zone', '2026-03-11T17:00:00Z', 'en', 'Asia/Shanghai', '01:00:00'],
    ['midnight is 00', '2026-03-12T00:00:00Z', 'en', 'UTC', '00:00:00'],
    ['what is no moment stays', 'soon', 'en', 'UTC', 'soon'],
  ] as const)('%s', (_, moment, language, zone, want) => {
    expect(localTime(at(moment), language, now, zone)).toBe(want);
  });
});

it('shows the ledger’s own time', () => {
  expect(ledgerTime(at('2026-03-12T08:15:00.250Z'))).toBe('2026-03-12 08:15:00 UTC');
  expect(ledgerTime(at('?'))).toBe('?');
});

it.each([
  [0, '0'],
  [999, '999'],
  [1842, '1\u202f842'],
  [1234567, '1\u202f234\u202f567'],
])('groups %d', (n, want) => expect(number(n)).toBe(want));

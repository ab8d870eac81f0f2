import { expect, it } from 'vitest';
import { checkOf, hasNumber, patternOf, patterns, sourceOf } from './patterns';

it('every pattern is found again in what it writes', () => {
  for (const p of patterns) {
    const filled = { pattern: p.name, member: p.source === '' ? '' : 'height', number: p.number ? '12' : '' };
    const check = checkOf(filled);
    expect(check, p.name).not.toBe('');
    expect(patternOf(check), p.name).toEqual(filled);
    expect([sourceOf(p.name), hasNumber(p.name)]).toEqual([p.source, p.number]);
  }
});

it('what is not filled in writes nothing', () => {
  expect(checkOf({ pattern: 'atLeast', member: '', number: '12' })).toBe('');
  expect(checkOf({ pattern: 'atLeast', member: 'height', number: '1.5' })).toBe('');
  expect(checkOf({ pattern: 'own', member: 'height', number: '1' })).toBe('');
});

it('other expressions are the author’s own', () => {
  for (const check of ['', 'event.data.height >= 3 && true', 'event.data.height >= asset.height', 'true']) expect(patternOf(check).pattern, check).toBe('own');
});

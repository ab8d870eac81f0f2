import { expect, it } from 'vitest';
import { HandScanner } from './keys';

function typed(keys: string, pause: number, enterAfter = pause): string[] {
  const got: string[] = [];
  const s = new HandScanner((t) => got.push(t));
  let at = 1000;
  for (const k of keys) s.key(k, (at += pause));
  s.key('Enter', at + enterAfter);
  return got;
}

it('reads what comes quickly', () => expect(typed('95200017H2K9', 10)).toEqual(['95200017H2K9']));
it('leaves a person alone', () => expect(typed('95200017H2K9', 400)).toEqual([]));
it('reads what a busy phone takes late', () => expect(typed('95200017H2K9', 150)).toEqual(['95200017H2K9']));
it('wants its Enter at once', () => expect(typed('95200017H2K9', 10, 900)).toEqual([]));
it('takes no few keys for a scan', () => expect(typed('952', 10)).toEqual([]));
it('takes no half of a code that a busy phone tore apart', () => {
  const got: string[] = [];
  const s = new HandScanner((t) => got.push(t));
  [...'9520002D9EJDXZ'].forEach((k, i) => s.key(k, 1000 + i * 10 + (i > 1 ? 500 : 0)));
  expect([s.key('Enter', 1640), got]).toEqual([false, []]);
  for (const [i, k] of [...'95200017H2K9'].entries()) s.key(k, 1700 + i * 10);
  expect([s.key('Enter', 1820), got]).toEqual([true, ['95200017H2K9']]);
});
it('forgets what came long before', () => {
  const got: string[] = [];
  const s = new HandScanner((t) => got.push(t));
  s.key('x', 1);
  for (const [i, k] of [...'95200017H2K9'].entries()) s.key(k, 5000 + i * 8);
  expect(s.key('Enter', 5100)).toBe(true);
  expect(got).toEqual(['95200017H2K9']);
});
it('does not count Shift', () => {
  const got: string[] = [];
  const s = new HandScanner((t) => got.push(t));
  for (const [i, k] of [...'95200017'].entries()) s.key('Shift', i * 10) || s.key(k, i * 10 + 4);
  s.key('Enter', 84);
  expect(got).toEqual(['95200017']);
});

import { expect, it, vi } from 'vitest';
import { listen } from './keys';

it('a hand scanner is heard by who came last, and by who was before once that has gone', () => {
  const heard: ((e: unknown) => void)[] = [];
  vi.stubGlobal('HTMLElement', class {});
  vi.stubGlobal('addEventListener', (_: string, f: (e: unknown) => void) => heard.push(f));
  vi.stubGlobal('removeEventListener', (_: string, f: (e: unknown) => void) => heard.splice(heard.indexOf(f), 1));
  let at = 0;
  const type = (text: string): void => {
    for (const key of [...text, 'Enter']) {
      at += 10;
      for (const f of [...heard]) f({ key, timeStamp: at, target: null, preventDefault: () => undefined });
    }
  };
  const [page, dialog] = [vi.fn(), vi.fn()];
  const ends = [listen(page), listen(dialog)];
  type('9520001T7H2K9QF3');
  ends[1]!();
  type('9520001T00000002');
  ends[0]!();
  type('9520001T00000003');
  expect([page.mock.calls, dialog.mock.calls]).toEqual([[['9520001T00000002']], [['9520001T7H2K9QF3']]]);
  vi.unstubAllGlobals();
});

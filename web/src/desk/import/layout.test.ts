import { describe, expect, it } from 'vitest';
import moments from '../../../../testdata/moments.json';
import { layoutOf, momentIn } from './layout';

describe('a layout of dates', () => {
  it.each(moments as [string, string, string, string | null][])('%s in “%s” reads %s as the command line does', (spelled, zone, cell, want) => {
    const layout = layoutOf(spelled)!;
    const local = layout.read(cell);
    const at = local === undefined ? null : new Date(layout.absolute ? local : momentIn(zone, local)).toISOString().replace(/\.\d+Z$/, 'Z');
    expect(at).toBe(want);
    if (local !== undefined && want !== null) expect(layout.read(layout.write(local))).toBeDefined();
  });

  it.each(['', 'dd/MM', 'M/d/yyyy h:mm', 'M/d/yyyy HH:mm a', 'epoch', 'yyyy-MM-dd a'])('%s is none', (spelled) => expect(layoutOf(spelled)).toBeUndefined());
});

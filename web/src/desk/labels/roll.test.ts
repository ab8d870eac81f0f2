import { describe, expect, it } from 'vitest';
import { codesFile, treeHead } from '../../core/list';
import { rollCode } from './roll';

/** As rootline.Codes and rootline.CodeFrom have them. */
const golden: readonly [number, string, string][] = [
  [1, '5fb87e19a514d7c3a69860a5747d6befd77af125f627b739d2f1c6b79d3dfec4', '9520001ZRYS5MQ36R05M'],
  [2, 'c8e22c99e0045c3a1e2340e719b80fefe25d669c84246092286785c71c55529e', '952000182CS04WTY307S'],
  [5, '44aaf62fd283cccff29a3019afa7c5cd3f725028c931a9b75088c10c4f626670', '95200014APFJ3CFJTGSF'],
  [7, 'b7b4c7e671a72ad103504e7ac4f042d370ec8aff89d5d3bd33ecf13fb5d23b4b', '9520001QM76H7AH3GET4'],
];

describe('a roll of blank labels', () => {
  it.each(golden)('commits to its %i codes as the ledger does', async (n, root, code) => {
    const head = await treeHead(Array.from({ length: n }, (_, i) => `9520001${String(i).padStart(13, '0')}`));
    expect(Array.from(head, (b) => b.toString(16).padStart(2, '0')).join('')).toBe(root);
    expect(rollCode('9520001', head)).toBe(code);
  });

  it('is written sorted, one code a line', async () => expect(await codesFile(['B', 'A']).text()).toBe('A\nB\n'));
});

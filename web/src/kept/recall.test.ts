import { expect, test, vi } from 'vitest';
import * as api from '../core/api';
import { missing, parts, standing, type Recall } from './recall';

vi.mock('./device', () => ({ withSession: <T>(work: () => Promise<T>) => work() }));
vi.mock('../core/api', () => ({ request: vi.fn() }));

test('what a recall has still to name is asked of its lot, by its id', async () => {
  const answer = { items: [], truncated: true };
  vi.mocked(api.request).mockResolvedValue(Response.json(answer));
  expect(await missing({ id: 'R 1', asset: 'LOT' } as Recall)).toEqual(answer);
  expect(api.request).toHaveBeenCalledWith('/api/v1/assets/LOT/dependants?recall=R%201');
});

test('parts hold everything in order', () => {
  expect(parts([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(parts([])).toEqual([]);
});

test('a holder by its deadline', () => {
  const at = '2026-03-01T12:00:00Z';
  const holder = { organisation: 'A', assets: 1 };
  const after = Date.parse(at) + 1;
  expect(standing(holder, at, after)).toBe('overdue');
  expect(standing(holder, at, after - 2)).toBe('waiting');
  expect(standing({ ...holder, acknowledged: '2026-03-01T11:00:00Z' }, at, after)).toBe('acknowledged');
  expect(standing({ ...holder, acknowledged: '2026-03-01T13:00:00Z' }, at, after)).toBe('late');
});

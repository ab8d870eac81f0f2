import { describe, expect, it } from 'vitest';
import vectors from '../../../testdata/event-ids.json';
import { eventIdAt, isEventId, isEventIdOf, newEventId } from './uuidv7';

const kid = 'IqgFduBecKiaQnhWGNGQLeBVYU9EyeMqxaJn4LUTu4Y';

describe('ids', () => {
  it.each(vectors)('are those that Go makes: $id', async (v) => {
    expect(await eventIdAt(v.kid, v.time, v.counter)).toBe(v.id);
    expect(v.id.replaceAll('-', '').slice(0, 18)).toBe(v.free);
    expect(await isEventIdOf(v.kid, v.id)).toBe(true);
    expect(await isEventIdOf(`${v.kid}x`, v.id)).toBe(false);
  });

  it('rise, also within a millisecond and when the clock goes back', async () => {
    const ids = await Promise.all([...Array.from({ length: 6000 }, () => newEventId(kid, 1_800_000_000_000)), newEventId(kid, 1_700_000_000_000)]);
    expect(ids.every(isEventId)).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('belong to one key, in one spelling', async () => {
    const id = await newEventId(kid);
    expect(await isEventIdOf(kid, id)).toBe(true);
    const others = [...Array.from(id, (_, i) => `${id.slice(0, i)}${id[i] === '0' ? '1' : '0'}${id.slice(i + 1)}`), id.toUpperCase(), `${id}0`, ''];
    for (const other of others.filter((o) => o !== id)) expect(await isEventIdOf(kid, other)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { allowed, creatable, likelyFirst, nextSteps, obstacleTo, offered, repeatable } from './allowed';
import { levee, forestation, itemOf } from './books.testing';
import type { WorksAsset } from './signing';

const names = (list: readonly { action: { name: string } }[]): string[] => list.map((a) => a.action.name);

describe('allowed', () => {
  it.each([
    ['planter', 'received', ['reject', 'plant', 'replant', 'die', 'correct', 'bind', 'retag']],
    ['supervisor', 'received', ['reject', 'die', 'inspect', 'correct', 'retag']],
    ['supervisor', 'planted', ['measure', 'accept', 'die', 'inspect', 'correct', 'retag']],
    ['planter', 'planted', ['tend', 'measure', 'die', 'publish', 'correct', 'bind', 'retag']],
    ['regulator', 'planted', ['inspect']],
    ['carrier', 'planted', []],
    ['nursery', 'voided', []],
    ['no-such-role', 'received', []],
  ])('%s, %s', (role, state, want) => {
    expect(names(allowed(itemOf(forestation, 'tree', state), { role }, forestation))).toEqual(want);
  });

  it('never offers what creates', () => {
    for (const role of forestation.roles) {
      for (const kind of forestation.kinds) {
        for (const state of kind.states) {
          const list = allowed(itemOf(forestation, kind.name, state.name), { role: role.name }, forestation);
          expect(list.every((a) => !a.action.creates && a.action.by.includes(role.name) && a.action.from?.includes(state.name))).toBe(true);
        }
      }
    }
  });

  it('offers nothing on what was used up, or is of a kind that the rulebook has not', () => {
    expect(allowed(itemOf(forestation, 'tree', 'received', { usedBy: '952000100000001' }), { role: 'planter' }, forestation)).toEqual([]);
    expect(allowed({ ...itemOf(forestation, 'tree', 'received'), kind: 'bridge' }, { role: 'planter' }, forestation)).toEqual([]);
  });

  it('offers what a recall does not stop, and no more', () => {
    const frozen = { ...itemOf(forestation, 'tree', 'planted'), frozen: [{ recall: 'r1' }] };
    const only = (name: string) => forestation.kinds.map((k) => ({ ...k, actions: k.actions.map((a) => ({ ...a, whenFrozen: a.name === name })) }));
    expect(allowed(frozen, { role: 'planter' }, { ...forestation, kinds: only('none') })).toEqual([]);
    expect(names(allowed(frozen, { role: 'planter' }, { ...forestation, kinds: only('measure') }))).toEqual(['measure']);
  });
});

describe('what is offered', () => {
  it('is no joint act that this organisation signed, nor this role: it is the others’ turn', () => {
    const item = itemOf(forestation, 'tree', forestation.kinds.find((k) => k.name === 'tree')!.actions.find((a) => a.creates)!.to!);
    const role = forestation.roles.map((r) => r.name).find((r) => allowed(item, { role: r }, forestation).length > 0)!;
    const open = offered(item, { role, organisation: 'OurMSP' }, forestation);
    expect(open.length).toBeGreaterThan(0);
    const action = open[0]!.action.name;
    const pending = (organisation: string, by: string): WorksAsset => ({ ...item, pending: { action, signatures: [{ organisation, role: by }] } }) as unknown as WorksAsset;
    const still = (asked: WorksAsset): boolean => offered(asked, { role, organisation: 'OurMSP' }, forestation).some((a) => a.action.name === action);
    expect([still(pending('OurMSP', 'another')), still(pending('TheirMSP', role)), still(pending('TheirMSP', 'another'))]).toEqual([false, false, true]);
  });
});

describe('likelyFirst', () => {
  it.each([
    ['planter', 'received', ['plant', 'replant', 'reject', 'die', 'bind', 'retag', 'correct']],
    ['supervisor', 'planted', ['accept', 'measure', 'die', 'retag', 'inspect', 'correct']],
    ['planter', 'planted', ['tend', 'measure', 'die', 'publish', 'bind', 'retag', 'correct']],
    ['nursery', 'selected', ['lift', 'void', 'bind', 'retag', 'correct']],
  ])('%s, %s', (role, state, want) => {
    const item = itemOf(forestation, 'tree', state);
    expect(names(likelyFirst(allowed(item, { role }, forestation), item))).toEqual(want);
  });

  it('is what the rulebook calls likely, before all that its states say', () => {
    const item = itemOf(forestation, 'tree', 'received');
    const open = allowed(item, { role: 'planter' }, forestation).map((a) => ({ ...a, action: { ...a.action, likely: a.action.name === 'bind' } }));
    expect(names(likelyFirst(open, item))[0]).toBe('bind');
  });
});

describe('creatable', () => {
  it.each([
    ['nursery', ['tree/select', 'tree-lot/select']],
    ['manager', ['tree/inventory']],
    ['planter', []],
    ['builder', ['soil/deliver', 'layer/start']],
  ])('%s', (role, want) => {
    expect(creatable({ role }, [forestation, levee]).map((a) => `${a.kind.name}/${a.action.name}`)).toEqual(want);
  });
  it('takes only the versions in force', () => {
    expect(creatable({ role: 'nursery' }, [{ ...forestation, current: false }])).toEqual([]);
  });
});

describe('repeatable', () => {
  it('leaves out what cannot be done by scanning', () => {
    const list = repeatable({ role: 'planter' }, [forestation]).map((a) => `${a.kind.name}/${a.action.name}`);
    expect(list).toContain('tree/plant');
    expect(list).not.toContain('tree/correct');
    expect(list).not.toContain('tree-lot/divide');
    expect(list).not.toContain('tree/select');
  });
});

describe('obstacleTo', () => {
  const plant = { rulebook: forestation, kind: 'tree', action: 'plant' };
  it.each([
    ['planter', 'received', undefined],
    ['planter', 'planted', 'It is “Planted”; “Plant” needs Received on site.'],
    ['supervisor', 'received', '“Plant” is for: Planting crew.'],
  ])('%s, %s', (role, state, want) => {
    expect(obstacleTo(itemOf(forestation, 'tree', state), { role }, forestation, plant)?.en).toBe(want);
  });
  it('says that a thing of another kind was scanned, in both languages', () => {
    const said = obstacleTo(itemOf(forestation, 'tree-lot', 'received'), { role: 'planter' }, forestation, plant);
    expect(said?.en).toBe('“Plant” is for Tree; this is Lot of trees.');
    expect(said?.zh).toBe('“栽植”适用于树木，该物品为苗木批次。');
  });
  it('a kind of the same name in another rulebook is another kind', () => {
    const other = { ...forestation, name: 'orchard@1', book: 'orchard', title: { en: 'Orchard', zh: '果园' } };
    expect(obstacleTo(itemOf(other, 'tree', 'received'), { role: 'planter' }, other, plant)?.en).toBe(`“Plant” is for Tree (${forestation.title.en}); this is Tree (Orchard).`);
  });
});

it('tells whose turn it is', () => {
  const next = nextSteps(itemOf(forestation, 'tree', 'shipped'), { role: 'supervisor' }, forestation);
  expect(next.map((n) => [n.title.en, n.by.en])).toEqual([['Receive on site', 'Planting crew']]);
});

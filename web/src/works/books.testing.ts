import type { AssetView, KindView, RulebookView, StateTone } from '../core/types';
import forestationJson from './testdata/forestation@1.json';
import { kindOf, stateTitle } from './rulebook';

/** A shipped rulebook as the gateway serves it; web/rulebooks_test.go holds it to the file. */
export const forestation = forestationJson as unknown as RulebookView;

const named = (name: string, en: string, zh: string) => ({ name, title: { en, zh } });
const state = (name: string, en: string, zh: string, tone: StateTone) => ({ ...named(name, en, zh), tone });
const states = [state('delivered', 'Delivered', '已进场', 'open'), state('released', 'Released', '已放行', 'accepted'), state('used', 'Used', '已用完', 'gone')];

/** A small rulebook with what trees do not need: counted lots, things that go in, readings, a breakdown. */
export const levee: RulebookView = {
  name: 'levee@1', book: 'levee', version: 1, current: true, title: { en: 'Levee', zh: '堤防' },
  roles: [named('builder', 'Builder', '施工单位'), named('laboratory', 'Laboratory', '检测单位')],
  kinds: [
    {
      ...named('soil', 'Soil', '土料'), unit: 'kg', lot: 'counted', states,
      actions: [
        {
          ...named('deliver', 'Deliver', '进场'), creates: true, to: 'delivered', by: ['builder'],
          asks: { place: 'optional', evidence: 1, amount: 'required', data: [{ ...named('source', 'Source', '料场'), type: 'string', maxLength: 40 }] },
        },
        { ...named('release', 'Release', '放行'), from: ['delivered'], to: 'released', by: ['builder'], asks: { place: 'no', amount: 'no' } },
      ],
    },
    {
      ...named('layer', 'Layer of fill', '填筑层'), unit: 'each', states: [state('open', 'Open', '已开仓', 'open'), state('filling', 'Being filled', '填筑中', 'working')],
      actions: [
        {
          ...named('start', 'Open a layer', '开仓'), creates: true, to: 'open', by: ['builder'],
          asks: { place: 'required', amount: 'no', data: [{ ...named('section', 'Section', '桩号段'), type: 'place' }, { ...named('design', 'Design density', '设计干密度'), type: 'integer', unit: 'kg/m3', min: 1000, max: 3000 }] },
        },
        {
          ...named('fill', 'Fill', '填筑'), from: ['open', 'filling'], to: 'filling', by: ['builder'],
          asks: { place: 'optional', amount: 'no', inputs: { kinds: [{ kind: 'soil', states: ['released'] }], min: 1, max: 16 } },
        },
        {
          ...named('test', 'Test', '检测'), from: ['filling'], by: ['laboratory'],
          asks: { place: 'no', amount: 'no', data: [{ ...named('samples', 'Samples', '测点'), type: 'integers', unit: 'kg/m3', min: 500, max: 3000, maxLength: 100 }] },
        },
      ],
    },
  ],
};

export const tree = '952000174H2K9QF3';

/** An item of a kind in a state, with nothing else known. */
export function itemOf(book: RulebookView, kind: string, state: string, more: Partial<AssetView> = {}): AssetView {
  const k = kindOf(book, kind) as KindView;
  return {
    id: tree, kind, rulebook: book.name, state, maker: 'NurseryMSP', custodian: 'ContractorMSP', seq: 1, head: '', changed: '2026-03-12T08:00:00Z',
    kindTitle: k.title, stateTitle: stateTitle(k, state), tags: [], asleep: false, disputed: false, url: '', block: { number: 1, hash: '' }, unit: k.unit, ...more,
  };
}

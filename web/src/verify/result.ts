import type { Happened, Relation, Report, Signer, Text } from '../proof/report';
import type { Json } from '../proof/json';
import { codes, type Code } from '../proof/fault';
import { unproven } from '../proof/unproven';
import { groupCode } from '../core/code';
import { make, type Child } from './dom';
import { count, either, moment, say } from './say';
import type { Word } from '../words/verify';

/** What became of a file. */
export type Outcome =
  | { readonly name: string; readonly report: Report }
  | { readonly name: string; readonly code: Code; readonly detail: string }
  | { readonly name: string; readonly broken: string };

/** The result in words. */
export function showOutcome(o: Outcome): readonly Child[] {
  if ('broken' in o) return [heading('unreadable', 'refused', o.name), make('p', {}, say('broken', { why: o.broken }))];
  if ('code' in o) return showFault(o.code, o.detail, o.name);
  return showReport(o.report, o.name);
}

const signs = { accepted: '✓', waiting: '!', refused: '✗' } as const;

function heading(word: Word, tone: keyof typeof signs, name: string): HTMLElement {
  return make('div', { class: 'verdict' }, make('h2', { class: tone, tabindex: '-1' }, make('span', { 'aria-hidden': 'true' }, `${signs[tone]} `), say(word)), make('p', { class: 'note' }, name));
}

function showFault(code: Code, detail: string, name: string): readonly Child[] {
  const described = codes.get(code);
  return [
    heading(described?.exit === 2 ? 'unreadable' : 'refused', 'refused', name),
    make('p', { class: 'lead' }, described === undefined ? code : either(described.says)),
    make('p', {}, say('nextRefused')),
    facts([['code', make('code', {}, code)], ['inside', detail]]),
  ];
}

function showReport(r: Report, name: string): readonly Child[] {
  const organisation = (mspId: string): string => either(r.titles.get(mspId) ?? { en: mspId, zh: mspId }) || mspId;
  const others = r.events.filter((e) => e.relation !== 'own').length;
  const lead = {
    item: () => `${say('itemProven', { code: groupCode(r.subject), n: r.events.length, at: moment(r.at) })}${others === 0 ? '' : ` ${say('itemOthers', { n: r.events.length - others, others })}`}`,
    absence: () => say('absenceProven', { code: groupCode(r.subject), at: moment(r.at) }),
    set: () => say('setProven', { n: count(r.items.length), scope: r.subject, block: count(r.block) }),
  }[r.kind]();
  return [
    heading(r.weaker.length === 0 ? 'proven' : r.weaker.includes('not-pinned') ? 'provenUnpinned' : 'provenWeaker', r.weaker.length === 0 ? 'accepted' : 'waiting', name),
    make('p', { class: 'lead' }, lead, r.kind !== 'set' && ` ${r.seal === undefined ? say('uncertain') : say('certain', { block: count(r.seal.block) })}`),
    ...r.weaker.map((c) => make('p', { class: 'weaker' }, make('code', {}, c), ` ${either(codes.get(c)!.says)}`, c === 'not-pinned' && ` · ${say('nextPin')}`)),
    make('p', { class: 'grade' }, say('grade', { k: r.organisations.length, n: r.members.length })),
    make('ul', { class: 'organisations' }, ...r.members.map((m) => voice(organisation(m), m, r.organisations.includes(m)))),
    r.kind === 'set' && make('p', {}, say('setRests')),
    r.itemsProven !== undefined && make('p', { class: 'accepted' }, say('itemsProven', { n: count(r.itemsProven), total: count(r.items.length) })),
    r.unconfirmed.length > 0 && make('p', { class: 'note' }, say('unconfirmed', { names: r.unconfirmed.map(organisation).join(', ') })),
    facts([
      ['listMaker', r.maker && organisation(r.maker)], ['asOf', moment(r.at)], ['seal', r.seal && say('sealed', { block: count(r.seal.block), at: moment(r.seal.witnessed) })], ['newest', count(r.block)],
      ['submitted', r.submitted !== undefined && say('inBlock', { block: count(r.submitted) })], ['deep', r.deep > 0 && count(r.deep)],
      ['rulebooks', r.rulebooks.map((b) => b.name).join(', ')], ['channel', r.channel], ['net', make('code', {}, r.net)], [['pin', { block: r.pin.block }], make('code', {}, r.pin.hash)],
      ['rules', say('rulesOf', { sequence: count(r.configuration.sequence), block: count(r.configuration.block) })],
    ]),
    ...(r.item === undefined ? [] : showItem(r, organisation)),
    ...(r.lists.length === 0 ? [] : [make('h3', {}, say('lists')), make('p', { class: 'note' }, say('listsSorted')), make('ul', {}, ...r.lists.map((l) => make('li', {}, make('code', {}, groupCode(l)))))]),
    ...(r.items.length === 0 ? [] : showItems(r)),
    make('h3', {}, say('cannot')),
    make('ul', { class: 'cannot' }, ...unproven(r.kind).map((l) => make('li', {}, either(l.says)))),
  ];
}

const voice = (title: string, mspId: string, vouches: boolean): HTMLElement =>
  make('li', { class: vouches ? 'accepted' : 'asleep' }, make('span', { 'aria-hidden': 'true' }, vouches ? '✓ ' : '– '), title, title !== mspId && make('code', {}, ` ${mspId}`));

/** What something is called, with its name in the rulebook; the name alone where nothing says more. */
const titled = (t: Text | undefined, name: string): string => (t === undefined || either(t) === '' ? name : `${either(t)} (${name})`);

function showItem(r: Report, organisation: (mspId: string) => string): readonly Child[] {
  const a = r.item!;
  return [
    make('h3', {}, say('item')),
    facts([
      ['kind', titled(r.itemTitles?.kind, a.kind)], ['state', titled(r.itemTitles?.state, a.state)], ['rulebook', a.rulebook], ['maker', organisation(a.maker)], ['custodian', organisation(a.custodian)], ['place', a.place],
      ['position', a.position && degrees(a.position)], ['quantity', a.quantity && say('ofTotal', { left: count(a.quantity.left), total: count(a.quantity.total) })],
      ['frozen', a.frozen.length > 0 && count(a.frozen.length)],
    ]),
    make('h3', {}, say('life')),
    make('ol', { class: 'life', reversed: true }, ...r.events.toReversed().map((e) => showEvent(e, organisation))),
  ];
}

const related = {
  input: 'relatedInput', part: 'relatedPart', under: 'relatedUnder', referred: 'relatedReferred', act: 'relatedAct', unnamed: 'relatedUnnamed',
} as const satisfies Record<Exclude<Relation, 'own'>, Word>;

function showEvent(e: Happened, organisation: (mspId: string) => string): HTMLElement {
  const s = e.said;
  const who = (by: Signer) => ({ name: by.name, role: by.role, organisation: organisation(by.organisation) });
  const data = s.data instanceof Map ? [...s.data] : [];
  return make('li', { value: String(e.seq) },
    make('p', { class: 'what' }, make('strong', {}, e.title === undefined ? s.action : either(e.title)), make('span', { class: 'note' }, ` ${e.title === undefined ? '' : `${s.action}, `}${s.rulebook}`)),
    make('p', {}, say('by', who(e.by))),
    e.attestedBy && make('p', { class: 'waiting' }, say('attested', who(e.attestedBy))),
    make('p', { class: 'note' }, say('claimed', { at: moment(s.at), witnessed: moment(e.witnessed), block: count(e.block) })),
    e.unseen && make('p', { class: 'waiting' }, say('unseen')),
    e.list !== undefined && make('p', { class: 'note' }, say('onList', { code: groupCode(e.list) })),
    e.deep && make('p', { class: 'note' }, say('whole')),
    e.relation !== 'own' && make('p', { class: e.relation === 'unnamed' ? 'waiting' : 'note' }, s.asset === undefined ? say('ofRegistry') : say('about', { code: groupCode(s.asset) }), ` ${say(related[e.relation])}`),
    s.place && make('p', { class: 'note' }, degrees(s.place)),
    data.length > 0 && make('dl', { class: 'data' }, ...data.flatMap(([k, v]) => [make('dt', {}, k), make('dd', {}, written(v))])),
    s.evidence.length > 0 && make('details', {}, make('summary', {}, say('evidence', { n: s.evidence.length })), make('ul', {}, ...s.evidence.map((f) => make('li', {}, make('code', {}, f.sha256), ` ${f.type}, ${count(f.size)} B`)))));
}

/** How much of a value of somebody's is shown at the most, in characters. */
const longestValue = 400;

function written(v: Json): string {
  const text = typeof v === 'string' ? v : Array.isArray(v) ? v.map(written).join(', ') : v instanceof Map ? [...v].map(([k, e]) => `${k}: ${written(e)}`).join(', ') : String(v);
  return text.length > longestValue ? `${text.slice(0, longestValue)} …` : text;
}

const degrees = (p: { readonly lat: number; readonly lon: number; readonly accuracy: number }): string => `${(p.lat / 1e6).toFixed(6)}, ${(p.lon / 1e6).toFixed(6)} ± ${p.accuracy} m`;

/** How many items of a set are written out. */
const mostItems = 200;

const showItems = (r: Report): readonly Child[] => [
  make('h3', {}, say('items')),
  make('ol', { class: 'items' }, ...r.items.slice(0, mostItems).map((i) =>
    make('li', {}, make('code', {}, groupCode(i.code)), ` ${say('itemEvents', { n: i.seq })}`, r.itemsProven !== undefined && i.proof !== undefined && make('span', { class: 'accepted' }, ` ✓ ${say('ownProof')}`)))),
  r.items.length > mostItems && make('p', { class: 'note' }, say('more', { n: count(r.items.length - mostItems) })),
];

type Fact = readonly [Word | readonly [Word, Readonly<Record<string, string | number>>], Child];

const facts = (rows: readonly Fact[]): HTMLElement =>
  make('dl', { class: 'facts' }, ...rows.filter(([, v]) => v !== undefined && v !== false && v !== '').flatMap(([w, v]) => [make('dt', {}, typeof w === 'string' ? say(w) : say(...w)), make('dd', {}, v)]));

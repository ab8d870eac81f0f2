import { say, textIn, type Language, type Word } from './i18n';
import type { MspId, Organisation, RulebookWords, StreamEvent, Text } from './types';

const registryActs: Readonly<Record<string, Word>> = {
  invite: 'actInvite',
  enrol: 'actEnrol',
  renew: 'actRenew',
  revoke: 'actRevoke',
  place: 'actPlace',
  issue: 'actIssue',
  propose: 'actPropose',
  vote: 'actVote',
  withdraw: 'actWithdraw',
  attest: 'actAttest',
  move: 'actMove',
  raise: 'actRaise',
  pin: 'actPin',
  recall: 'actRecall',
  'recall-add': 'actRecallAdd',
  'recall-acknowledge': 'actRecallAcknowledge',
  'recall-release': 'actRecallRelease',
  'recall-close': 'actRecallClose',
};

/** The words that the ledger itself gives to organisations, kinds and actions. What is not known keeps its short name. */
export class Names {
  readonly #organisations = new Map<MspId, Text>();
  readonly #kinds = new Map<string, Text>();
  readonly #actions = new Map<string, Text>();

  constructor(organisations: readonly Organisation[], rulebooks: readonly RulebookWords[]) {
    for (const o of organisations) this.#organisations.set(o.mspId, o.title);
    // Later versions come last, so that a kind that changed its title shows the one in force.
    const inOrder = [...rulebooks].sort((a, b) => Number(a.current ?? false) - Number(b.current ?? false) || a.version - b.version);
    for (const kind of inOrder.flatMap((r) => r.kinds ?? [])) {
      this.#kinds.set(kind.name, kind.title);
      for (const action of kind.actions ?? []) this.#actions.set(`${kind.name}/${action.name}`, action.title);
    }
  }

  organisation(id: MspId, language: Language): string {
    return textIn(language, this.#organisations.get(id)) || id;
  }

  kind(event: StreamEvent, language: Language): string {
    if (!event.asset) return say(language, 'registry');
    return textIn(language, this.#kinds.get(event.kind ?? '')) || (event.kind ?? '');
  }

  action(event: StreamEvent, language: Language): string {
    const act = registryActs[event.action];
    if (!event.asset && act !== undefined) return say(language, act);
    return textIn(language, this.#actions.get(`${event.kind}/${event.action}`)) || event.action;
  }
}

import { textIn, type Language } from '../words/i18n';
import { words, type StartWord } from '../words/start';
import { bookOf } from '../core/book';
import type { OrganisationView, RulebookWords, StreamEvent, Text } from '../core/types';

const registryActs: Readonly<Record<string, StartWord>> = {
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
  roles: 'actRoles',
  pin: 'actPin',
  recall: 'actRecall',
  'recall-add': 'actRecallAdd',
  'recall-acknowledge': 'actRecallAcknowledge',
  'recall-release': 'actRecallRelease',
  'recall-close': 'actRecallClose',
};

/** The words that the ledger itself gives to organisations, kinds and actions. What is not known keeps its short name. */
export class Names {
  readonly #organisations = new Map<string, Text>();
  readonly #kinds = new Map<string, Text>();
  readonly #actions = new Map<string, Text>();

  constructor(organisations: readonly Pick<OrganisationView, 'mspId' | 'title'>[], rulebooks: readonly RulebookWords[]) {
    for (const o of organisations) this.#organisations.set(o.mspId, o.title);
    // Later versions come last, so that a kind that changed its title shows the one in force.
    const inOrder = [...rulebooks].sort((a, b) => Number(a.current ?? false) - Number(b.current ?? false) || a.version - b.version);
    for (const book of inOrder) {
      for (const kind of book.kinds ?? []) {
        const key = `${bookOf(book.name)}/${kind.name}`;
        this.#kinds.set(key, kind.title);
        for (const action of kind.actions ?? []) this.#actions.set(`${key}/${action.name}`, action.title);
      }
    }
  }

  organisation(id: string, language: Language): string {
    return textIn(language, this.#organisations.get(id)) || id;
  }

  kind(event: StreamEvent, language: Language): string {
    if (!event.kind) return textIn(language, words.both('registry'));
    return textIn(language, this.#kinds.get(keyOf(event))) || event.kind;
  }

  action(event: StreamEvent, language: Language): string {
    const act = registryActs[event.action];
    if (!event.kind && act !== undefined) return textIn(language, words.both(act));
    return textIn(language, this.#actions.get(`${keyOf(event)}/${event.action}`)) || event.action;
  }
}

/** Two rulebooks may have kinds of one name. */
const keyOf = (event: StreamEvent): string => `${bookOf(event.rulebook ?? '')}/${event.kind}`;

import type { Bundle } from './bundle';
import type { Asset, Device } from './records';
import type { Said } from './said';
import type { Code } from './fault';

/** A person's device, as the ledger has it: with a pseudonym ("C7"), its role, and its organisation's MSP id. */
export type Signer = Omit<Device, 'key'>;

/** A text in both languages; "" where one is missing. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** What an item's kind and state are called. */
export interface ItemTitles {
  readonly kind: Text;
  readonly state: Text;
}

/** A rulebook whose text is here. */
export interface RulebookText {
  readonly name: string;
  readonly sha256: string;
  /** What it calls itself, where the text lies beside the answers. */
  readonly title: Text | undefined;
}

/** How an event of an item's history is related to it: the first of these that holds, and otherwise what was signed does not name the item. */
export type Relation = 'own' | 'input' | 'part' | 'under' | 'referred' | 'act' | 'unnamed';

/** An event of the item's life. */
export interface Happened {
  readonly seq: number;
  readonly said: Said;
  readonly by: Signer;
  /** How it is related to the item, by what was signed: only its own events are about the item itself. */
  readonly relation: Relation;
  /** What the text of the rulebook calls the action, where the proof has it. */
  readonly title: Text | undefined;
  /** Who vouched for it, where it came after its device's end. */
  readonly attestedBy: Signer | undefined;
  /** When it was recorded, in milliseconds since 1970, and in which block. */
  readonly witnessed: number;
  readonly block: number;
  readonly transaction: number;
  /** It says that it was signed after a block that there is not. */
  readonly unseen: boolean;
  /** The list on which its code was shown to be. */
  readonly list: string | undefined;
  /** Its bytes lie in a whole block of the proof. */
  readonly deep: boolean;
}

/** What a proof shows. Times are in milliseconds since 1970. */
export interface Report {
  readonly kind: Bundle['kind'];
  readonly subject: string;
  readonly channel: string;
  readonly net: string;
  /** The first configuration's block: what an anchor pins. */
  readonly pin: { readonly block: number; readonly hash: string };
  /** Whether an anchor named it. */
  readonly pinned: boolean;
  /** The last configuration in the proof: its sequence and its block. What was changed or revoked later is not known. */
  readonly configuration: { readonly sequence: number; readonly block: number };
  /** Organisations that vouch for it, by MSP id, and all that might have. */
  readonly organisations: readonly string[];
  readonly members: readonly string[];
  /** How many must at least. */
  readonly k: number;
  /** The answers', in hexadecimal. */
  readonly nonce: string | undefined;
  /** What organisations call themselves, by MSP id, where the proof shows it. */
  readonly titles: ReadonlyMap<string, { readonly en: string; readonly zh: string }>;
  /** When the earliest answer was asked for, or the set was made. */
  readonly at: number;
  /** The newest block that it rests on. */
  readonly block: number;
  /** The newest seal: it is not older than that. */
  readonly seal: { readonly block: number; readonly witnessed: number } | undefined;
  /** How many block headers were verified, and how many whole blocks. */
  readonly headers: number;
  readonly deep: number;
  /** The block that holds the answers themselves, if the proof has it. */
  readonly submitted: number | undefined;
  /** Organisations whose record does not name the beginning of the ledger. */
  readonly unconfirmed: readonly string[];
  readonly rulebooks: readonly RulebookText[];
  /** What the texts of rulebooks call the item's kind and state; undefined where the proof does not have that text. */
  readonly itemTitles: ItemTitles | undefined;
  readonly item: Asset | undefined;
  readonly events: readonly Happened[];
  /** The devices that signed, by organisation and kid. */
  readonly devices: readonly Signer[];
  /** Lists that are shown not to hold an absent code. */
  readonly lists: readonly string[];
  readonly items: Exclude<Bundle['set'], undefined>['items'];
  /** Whose gateway made the list, by MSP id. */
  readonly maker: string | undefined;
  /** Of how many items a ZIP has the own proof; undefined for a set alone. */
  readonly itemsProven: number | undefined;
  /** In what it is weaker than was asked. */
  readonly weaker: readonly Code[];
}

import { chaincode, readSubmitted, type Version } from './answer';
import { unpackBatch } from './batch';
import type { Block, Bundle, Event } from './bundle';
import { bytesOf, equal, hex, sha256, sha256All, type Bytes } from './bytes';
import type { Chain } from './chain';
import { readEnvelope } from './config';
import { need } from './fault';
import type { Happened } from './report';
import { compactOf } from './said';

/** What whole blocks add to a report. */
export interface Deep {
  readonly events: readonly Happened[];
  readonly deep: number;
  readonly submitted: number | undefined;
}

/** Checks whole blocks: they hold what their headers say, and the events, or the seal, or the answers lie in them. */
export async function verifyBlocks(b: Bundle, chain: Chain, happened: readonly Happened[], seal: Version | undefined): Promise<Deep> {
  const deep = new Set<number>();
  let submitted: number | undefined;
  for (const [i, block] of b.blocks.entries()) {
    need(i === 0 || block.number > b.blocks[i - 1]!.number, 'order', 'blocks');
    const data = chain.data(block.number);
    need(equal(await sha256All(block.envelopes), data), 'block-data', `block ${block.number}`);
    for (const [j, e] of block.envelopes.entries()) {
      const read = readEnvelope(e);
      need(read !== undefined && read.payload.length > 0 && read.signature.length > 0, 'block-data', `block ${block.number}, envelope ${j}`);
    }
    let used = false;
    const batches = new Map<number, ReadonlySet<string>>();
    for (const [n, e] of happened.entries()) {
      if (e.block !== block.number) continue;
      let recorded = batches.get(e.transaction);
      if (recorded === undefined) batches.set(e.transaction, (recorded = await recordedIn(block, e.transaction)));
      const given: Event = b.events[n]!;
      need(recorded.has(compactOf(given.attestation ?? given)), 'block-event', `event ${e.seq}, in block ${block.number}`);
      deep.add(n);
      used = true;
    }
    if (seal?.block === block.number) {
      const args = await argsOf(block, seal.transaction);
      need(args?.length === 2 && equal(args[0]!, bytesOf('Seal')), 'block-event', `the seal, in block ${block.number}`);
      used = true;
    }
    if (await holdsAll(block, b.answers)) {
      submitted = block.number;
      used = true;
    }
    need(used, 'unused', `block ${block.number}`);
  }
  return { events: happened.map((e, n) => ({ ...e, deep: deep.has(n) })), deep: b.blocks.length, submitted };
}

/** Whether a block holds all answers. */
async function holdsAll(block: Block, answers: readonly Bytes[]): Promise<boolean> {
  const payloads = new Set<string>();
  for (const e of block.envelopes) {
    const call = await readSubmitted(e);
    if (call !== undefined) payloads.add(hex(await sha256(call.payload)));
  }
  for (const a of answers) if (!payloads.has(hex(await sha256(a)))) return false;
  return true;
}

/** The function and the arguments of a transaction in a block. */
async function argsOf(block: Block, transaction: number): Promise<readonly Bytes[] | undefined> {
  const envelope = block.envelopes[transaction];
  const call = envelope && (await readSubmitted(envelope));
  return call?.asked.called === chaincode ? call.asked.args : undefined;
}

/** The JWS that a transaction of a block records. */
async function recordedIn(block: Block, transaction: number): Promise<ReadonlySet<string>> {
  const args = await argsOf(block, transaction);
  return args?.length === 2 && equal(args[0]!, bytesOf('Record')) ? new Set(unpackBatch(args[1]!) ?? []) : new Set();
}

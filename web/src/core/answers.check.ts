// The shapes that the pages read, held against the gateway's description of its API (docs/openapi.json): a member that is
// renamed, left out or of another type over there does not compile here. Nothing of this runs.

import type * as chain from '../desk/chain/chain';
import type * as figures from '../desk/figures/types';
import type * as provenance from '../desk/item/provenance';
import type * as labels from '../desk/labels/job';
import type * as items from '../desk/lists/items';
import type * as ground from '../desk/map/ground.svelte';
import type * as money from '../desk/money/types';
import type * as people from '../desk/people/open';
import type * as proofs from '../desk/proofs/job';
import type * as rulebooks from '../desk/rulebooks/rulebooks';
import type * as search from '../desk/search/search';
import type * as trace from '../desk/works/trace';
import type * as registry from '../kept/registry';
import type * as signing from '../works/signing';
import type * as own from './types';
import type { components } from './schema';

type Schemas = components['schemas'];

/** Strings that the pages tell apart by a brand or a list of words are strings to the description. */
type Plain<T> = T extends string ? string : T extends number | boolean | undefined | null ? T : T extends readonly (infer E)[] ? readonly Plain<E>[] : { readonly [K in keyof T]: Plain<T[K]> };

/** Compiles when what the gateway sends can be read as what a page expects. */
type Read<Expected, Sent> = Plain<Sent> extends Plain<Expected> ? true : { expected: Plain<Expected>; sent: Plain<Sent> };

export const held: readonly [
  Read<money.ContractView, Schemas['ContractView']>,
  Read<money.Line, Schemas['Line']>,
  Read<money.Variation, Schemas['Variation']>,
  Read<money.Claim, Schemas['Claim']>,
  Read<money.Order, Schemas['Order']>,
  Read<own.Point, Schemas['Point']>,
  Read<own.Position, Schemas['Position']>,
  Read<own.Evidence, Schemas['Evidence']>,
  Read<own.Input, Schemas['Input']>,
  Read<own.List, Schemas['List']>,
  Read<own.Part, Schemas['Part']>,
  Read<own.EventStatus, Schemas['EventStatus']>,
  Read<own.BlockRef, Schemas['BlockRef']>,
  Read<own.Quantity, Schemas['Quantity']>,
  Read<own.AssetView, Schemas['AssetView']>,
  Read<Omit<own.EventView, 'data'>, Omit<Schemas['EventView'], 'data'>>, // what data holds is the rulebook's
  Read<own.Place, Schemas['PlaceView']>,
  Read<own.OrganisationView, Schemas['Organisation']>,
  Read<own.TagView, Schemas['TagView']>,
  Read<own.LedgerView, Schemas['Ledger']>,
  Read<own.DeviceView, Schemas['DeviceView']>,
  Read<people.DeviceOpen, Schemas['DeviceOpen']>,
  Read<own.RulebookView, Schemas['RulebookView']>,
  Read<own.Readiness, Schemas['Readiness']>,
  Read<Omit<own.StreamEvent, 'key'>, Schemas['EventNews']>,
  Read<chain.TransactionView, Schemas['Transaction']>,
  Read<chain.BlockView, Schemas['Block']>,
  Read<chain.SignatureView, Schemas['SignatureView']>,
  Read<chain.BlockSignatures, Schemas['BlockSignatures']>,
  Read<proofs.Job, Schemas['ProofJob']>,
  Read<proofs.Voice, Schemas['SetVoice']>,
  Read<search.Hit, Schemas['Hit']>,
  Read<search.Answer, Schemas['SearchAnswer']>,
  Read<figures.Figure, Schemas['FigureView']>,
  Read<figures.Stock, Schemas['StockView']>,
  Read<figures.Figures, Schemas['FiguresOutputBody']>,
  Read<figures.PlacePlan, Schemas['PlacePlan']>,
  Read<figures.WeekPlan, Schemas['WeekPlan']>,
  Read<figures.Progress, Schemas['ProgressView']>,
  Read<figures.Plans, Schemas['ProgressOutputBody']>,
  Read<own.Due, Schemas['DueView']>,
  Read<own.Waiting, Schemas['WaitingOutputBody']>,
  Read<rulebooks.Ballot, Schemas['BallotView']>,
  Read<rulebooks.Difference, Schemas['Difference']>,
  Read<rulebooks.Changes, Schemas['RulebookChanges']>,
  Read<provenance.ShortTrace, Schemas['ShortTrace']>,
  Read<items.Counted, Schemas['CountView']>,
  Read<registry.ListedDevice, Schemas['DeviceView']>,
  Read<registry.ListedInvitation, Schemas['InvitationView']>,
  Read<signing.WorksAsset, Schemas['AssetView']>,
  Read<ground.TilesView, Schemas['TilesView']>,
  Read<labels.Template, Schemas['TemplateView']>,
  Read<labels.Templates, Schemas['TemplatesOutputBody']>,
  Read<labels.Label, Schemas['LabelBody']>,
  Read<trace.ShortTrace, Schemas['ShortTrace']>,
] = [
  true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
  true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
  true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
  true, true, true,
];

import { sha256 } from '../core/hash';
import { limits } from '../core/limits';
import type { Attachment } from '../core/types';
import { shrink } from './shrink';

/** Why a file does not go with an event. */
export type Unfit = 'empty' | 'tooLarge' | 'unreadable' | 'noPicture';

/**
 * Makes a file ready to go with an event. A picture is made smaller, as a photo is; what is no picture that this browser can
 * draw goes byte for byte. With `photo`, it must be a picture.
 */
export async function attach(file: File, photo: boolean): Promise<Attachment | Unfit> {
  if (file.size === 0) return 'empty';
  if (photo || isPicture(mediaType(file))) {
    const smaller = await shrink(file).catch(() => undefined);
    if (smaller !== undefined) return smaller;
    if (photo) return 'noPicture';
  }
  if (file.size > limits.file) return 'tooLarge';
  try {
    // Read once: what is hashed is what is kept, though the file may change or go.
    const bytes = await file.arrayBuffer();
    const type = mediaType(file);
    const blob = new Blob([bytes], { type });
    return { sha256: await sha256(new Uint8Array(bytes)), type, size: blob.size, blob, name: file.name };
  } catch {
    return 'unreadable';
  }
}

const isPicture = (type: string): boolean => type.startsWith('image/');

/** Types by the end of a name, where the device does not know a program for them and says nothing. */
const endings: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  csv: 'text/csv',
  txt: 'text/plain',
  json: 'application/json',
  xml: 'application/xml',
  zip: 'application/zip',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  dwg: 'image/vnd.dwg',
  dxf: 'image/vnd.dxf',
};

const mediaTypes = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

/** The media type of a file (RFC 6838), without parameters. */
export function mediaType(file: { readonly name: string; readonly type: string }): string {
  const named = bare(file.type);
  if (mediaTypes.test(named) && named.length <= limits.mediaType) return named;
  return endings[endingOf(file.name)] ?? 'application/octet-stream';
}

const endingOf = (name: string): string => (name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '');

/** A media type without its parameters. */
const bare = (type: string): string => type.split(';')[0]!.trim().toLowerCase();

/** What people call a type: "PDF", "XLSX"; the subtype of one that has no such name; "" when nothing is known. */
export function typeName(media: string): string {
  const type = bare(media);
  const ending = Object.keys(endings).find((e) => endings[e] === type);
  if (ending !== undefined) return ending.toUpperCase();
  if (type === 'application/octet-stream') return '';
  const sub = type.slice(type.indexOf('/') + 1).split('+')[0]!;
  return (sub === 'jpeg' ? 'jpg' : sub).toUpperCase();
}

/** Under which name a file is saved: its own, or one made of its hash and its type. */
export function saveName(file: { readonly sha256: string; readonly type: string; readonly name?: string }): string {
  if (file.name !== undefined) return file.name;
  const type = bare(file.type);
  const ending = Object.keys(endings).find((e) => endings[e] === type) ?? ({ 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'image/gif': 'gif' } as Record<string, string>)[type];
  return `${file.sha256.slice(0, 12)}${ending === undefined ? '' : `.${ending}`}`;
}

import { describe, expect, it } from 'vitest';
import type { Place } from '../../core/types';
import { codeIn, convertFrom, crsOf } from './crs';
import { doubtsOf, guessReading, inOrder, openGeoJson, readChainage, readPlaces, type Reading } from './geojson';

describe('GeoJSON', () => {
  const ring = [[115.9, 38.9], [115.91, 38.9], [115.91, 38.91], [115.9, 38.9]];
  const forest: Place = { id: 'forest', kind: 'project', title: { en: 'Forest', zh: '林' }, plan: { tree: 7, shrub: 2 }, weeks: { tree: { '2026-W12': 7 } } };
  const feature = (properties: object, geometry: object = { type: 'Polygon', coordinates: [ring] }) => ({ type: 'Feature', properties, geometry });
  const text = (...features: object[]): string => JSON.stringify({ type: 'FeatureCollection', features });
  const readText = (json: string, how: Partial<Reading> = {}, known: Place[] = [forest]) => {
    const file = openGeoJson(json);
    return readPlaces(file, { ...guessReading(file, ''), ...how }, new Map(known.map((p) => [p.id, p])));
  };
  const read = (...features: object[]) => readText(text(...features));

  it('becomes places, what holds others first', () => {
    const rows = read(feature({ id: 'forest/9/1', kind: 'plot', title: 'Plot 1' }), feature({ id: 'forest/9', kind: 'section', title_en: 'Section 9', title_zh: '九标段', from: 'K65+000', to: 'K65+240' }));
    expect(rows.flatMap((r) => r.faults)).toEqual([]);
    expect(inOrder(rows)).toEqual([
      { id: 'forest/9', parent: 'forest', kind: 'section', title: { en: 'Section 9', zh: '九标段' }, chainage: { from: 65_000_000, to: 65_240_000 }, outline: expect.objectContaining({ length: 3 }) },
      expect.objectContaining({ id: 'forest/9/1', parent: 'forest/9', title: { en: 'Plot 1', zh: 'Plot 1' } }),
    ]);
    expect(rows[0]!.place.outline![0]).toEqual({ lat: 38_900_000, lon: 115_900_000 });
  });

  it.each([
    ['bad-id', feature({ id: 'Forest 9', kind: 'plot', title: 'x' })],
    ['bad-kind', feature({ id: 'forest/9', title: 'x' })],
    ['self-crossing', feature({ id: 'forest/9', kind: 'plot', title: 'x' }, { type: 'Polygon', coordinates: [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]] })],
    ['no-title', feature({ id: 'forest/9', kind: 'plot' })],
    ['bad-geometry', feature({ id: 'forest/9', kind: 'plot', title: 'x' }, { type: 'Point', coordinates: [1, 2] })],
    ['bad-geometry', feature({ id: 'forest/9', kind: 'plot', title: 'x' }, { type: 'Polygon', coordinates: [ring, ring] })],
    ['too-few-points', feature({ id: 'forest/9', kind: 'plot', title: 'x' }, { type: 'LineString', coordinates: [[1, 2]] })],
    ['off-the-earth', feature({ id: 'forest/9', kind: 'plot', title: 'x' }, { type: 'LineString', coordinates: [[115.9, 38.9], [190, 38.9]] })],
    ['too-many-points', feature({ id: 'forest/9', kind: 'plot', title: 'x' }, { type: 'LineString', coordinates: Array.from({ length: 513 }, (_, i) => [i / 100, 1]) })],
    ['bad-chainage', feature({ id: 'forest/9', kind: 'plot', title: 'x', from: 'K2+000', to: 'K1+000' })],
    ['unknown-parent', feature({ id: 'town/9', kind: 'plot', title: 'x' })],
  ])('is told what is wrong: %s', (code, bad) => {
    const [row] = read(bad);
    expect(row!.faults.map((f) => f.code)).toContain(code);
    expect(row!.faults.every((f) => f.says.en && f.says.zh)).toBe(true);
  });

  it('changes what it says of a place, and nothing else', () => {
    const [row] = read(feature({ id: 'forest', title_en: 'Wood', plan: '{"shrub":3}' }));
    const { outline, ...rest } = row!.place;
    expect([row!.faults, row!.known, outline!.length]).toEqual([[], true, 3]);
    expect(rest).toEqual({ ...forest, title: { en: 'Wood', zh: '林' }, plan: { tree: 7, shrub: 3 } });
    expect(read(feature({ id: 'forest/9', kind: 'plot', title: 'x' }))[0]!.known).toBe(false);
  });

  it('may have a line beside an outline, or no shape at all', () => {
    const line = { type: 'LineString', coordinates: ring.slice(0, 2) };
    const both = (...geometries: object[]) => read(feature({ id: 'forest/9', kind: 'plot', title: 'x', from: 65_000, to: 65_240.5, side: 'left' }, { type: 'GeometryCollection', geometries }))[0]!;
    const { place, faults } = both({ type: 'Polygon', coordinates: [ring] }, line);
    expect([faults, place.outline!.length, place.line!.length, place.chainage]).toEqual([[], 3, 2, { from: 65_000_000, to: 65_240_500, side: 'left' }]);
    expect(both(line, line).faults.map((f) => f.code)).toEqual(['bad-geometry']);
    expect(read({ type: 'Feature', properties: { id: 'town', kind: 'project', title: 'x' }, geometry: null })[0]!.faults).toEqual([]);
  });

  it('with an id twice, or no JSON at all, is told so', () => {
    const plot = feature({ id: 'forest/9', kind: 'plot', title: 'x' });
    expect(read(plot, plot).map((r) => r.faults.map((f) => f.code))).toEqual([[], ['twice']]);
    expect(() => openGeoJson('<kml>')).toThrow(SyntaxError);
    expect([readText('{"type":"Topology"}'), readText('null')]).toEqual([[], []]);
  });

  it.each([['K65+320', 65_320_000], ['k65＋320', 65_320_000], ['65320', 65_320_000], ['K0+000.5', 500], ['east', undefined]])('chainage %s', (text, mm) => expect(readChainage(text)).toBe(mm));

  const plot = (coordinates: unknown, properties: object = { id: 'forest/9', kind: 'plot', title: 'x' }) => feature(properties, { type: 'Polygon', coordinates: [coordinates] });
  it.each([
    ['null', [[null, null], [115.01, 38], [115.01, 38.01], [115, 38.01], [null, null]]],
    ['a text', [['115', '38'], [115.01, 38], [115.01, 38.01], ['115', '38']]],
    ['one number', [[115], [115.01, 38], [115.01, 38.01], [115]]],
    ['no position', [115, 38, 115.01]],
  ])('a coordinate that is %s is none, and never 0', (_, ring) => {
    expect(read(plot(ring)).map((r) => [r.faults.map((f) => f.code), r.place.outline])).toEqual([[['bad-geometry'], undefined]]);
  });

  it('without ids is told so once each, and not as twice', () => {
    expect(read(plot(ring, { kind: 'plot', title: 'a' }), plot(ring, { kind: 'plot', title: 'b' })).map((r) => r.faults.map((f) => f.code))).toEqual([['no-id'], ['no-id']]);
  });

  it('of other programs gives ids, kinds and names by the properties that are chosen', () => {
    const file = text(plot(ring, { OBJECTID: 7, Type: 'Lamp Row', NAME: 'East row' }), plot(ring, { OBJECTID: 8, NAME: 'West row' }));
    const opened = openGeoJson(file);
    const guessed = guessReading(opened, 'forest');
    expect(guessed).toEqual({ id: 'OBJECTID', within: 'forest', kind: 'Type', oneKind: '', title: 'NAME', titleEn: '', titleZh: '', swapped: false });
    expect(opened.properties[0]).toEqual({ name: 'OBJECTID', examples: ['7', '8'] });
    const rows = readText(file, { ...guessed, oneKind: 'plot' });
    expect(rows.map((r) => [r.place.id, r.place.kind, r.place.title.en, r.faults])).toEqual([['forest/7', 'lamp-row', 'East row', []], ['forest/8', 'plot', 'West row', []]]);
    expect(readText(file, { ...guessed, id: 'NAME', kind: '', oneKind: 'plot' }).map((r) => r.place.id)).toEqual(['forest/east-row', 'forest/west-row']);
    // The id that GeoJSON has beside the properties is one, too.
    expect(guessReading(openGeoJson('{"type":"Feature","id":"forest/9","geometry":null}'), 'forest')).toMatchObject({ id: 'id', within: undefined });
  });

  describe('in other coordinates', () => {
    const flipped = text(plot(ring.map(([lon, lat]) => [lat, lon])));
    const near: Place = { ...forest, outline: ring.slice(1).map(([lon, lat]) => ({ lat: lat! * 1e6, lon: lon! * 1e6 })) };
    const doubts = (json: string, how: Partial<Reading> = {}) => {
      const file = openGeoJson(json);
      const reading = { ...guessReading(file, ''), ...how };
      return doubtsOf(file, reading, readPlaces(file, reading, new Map([['forest', near]])), [near]);
    };
    it('is asked about: latitude first, metres, and what lies elsewhere', () => {
      expect(doubts(text(plot(ring)))).toEqual([]);
      expect(guessReading(openGeoJson(flipped), '').swapped).toBe(true);
      expect(doubts(flipped)).toEqual(['swapped']);
      expect(readText(flipped)[0]!.place.outline![0]).toEqual({ lat: 38_900_000, lon: 115_900_000 });
      expect(doubts(text(plot([[500_000, 4_300_000], [500_100, 4_300_000], [500_100, 4_300_100], [500_000, 4_300_000]])))).toEqual(['no-degrees']);
      expect(doubts(text(plot([[5, 50], [5.1, 50], [5.1, 50.1], [5, 50]])))).toEqual(['far']);
    });

    it('is not read as degrees where the file names another system', () => {
      const file = openGeoJson('{"type":"FeatureCollection","features":[],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3857"}}}');
      expect([file.crs, codeIn(file.crs!)]).toEqual(['urn:ogc:def:crs:EPSG::3857', 3857]);
      // One that can not be told is there nevertheless.
      expect(openGeoJson('{"type":"FeatureCollection","features":[],"crs":{"type":"link"}}').crs).toBe('{"type":"link"}');
    });

    it('is converted', () => {
      const convert = convertFrom(crsOf(4548)!.definition!)!;
      const at = readText(text(plot([[500_000, 4_317_000], [500_100, 4_317_000], [500_100, 4_317_100], [500_000, 4_317_000]])), { convert })[0]!;
      expect(at.faults).toEqual([]);
      expect(at.place.outline![0]!.lon).toBe(117_000_000);
      expect(Math.abs(at.place.outline![0]!.lat - 38_985_000)).toBeLessThan(20_000);
    });
  });
});

import { describe, expect, it } from 'vitest';
import { codeIn, convertFrom, crsOf } from './crs';

describe('a coordinate reference system', () => {
  it.each([['4547', 4547], ['EPSG:4547', 4547], ['epsg:4547', 4547], ['EPSG::4547', 4547], ['urn:ogc:def:crs:EPSG::3857', 3857], ['urn:ogc:def:crs:EPSG:9.9:3857', 3857], ['http://www.opengis.net/def/crs/EPSG/0/25832', 25832], ['urn:ogc:def:crs:OGC:1.3:CRS84', 4326], ['ＥＰＳＧ：４５４７', 4547], ['Gauss', undefined], ['', undefined]])('is named: %s', (named, code) => {
    expect(codeIn(named)).toBe(code);
  });

  // On a central meridian the easting is the false one, and the northing the length of the meridian's arc: 4,984,944.378 m
  // to 45° on the ellipsoids of WGS 84, GRS 80 and CGCS2000.
  const arc = 4_984_944.378;
  it.each([
    [4527, 39_500_000, arc, 117], [4548, 500_000, arc, 117], [4498, 20_500_000, arc, 117], [4509, 500_000, arc, 117], [4513, 25_500_000, arc, 75], [4554, 500_000, arc, 135],
    [32650, 500_000, arc * 0.9996, 117], [25832, 500_000, arc * 0.9996, 9], [3006, 500_000, arc * 0.9996, 15],
  ])('EPSG:%i has its meridian and scale', (code, x, y, lon) => {
    const at = convertFrom(crsOf(code)!.definition!)!(x, y)!;
    expect(at.lon).toBeCloseTo(lon, 7);
    expect(at.lat).toBeCloseTo(45, 7);
  });

  it('south of the equator counts from 10,000 km', () => {
    const at = convertFrom(crsOf(32755)!.definition!)!(500_000, 10_000_000 - arc * 0.9996)!;
    expect([at.lat.toFixed(6), at.lon.toFixed(6)]).toEqual(['-45.000000', '147.000000']);
  });

  it.each([[3857, 12_913_060.932, 4_721_671.573, 39, 116], [2154, 700_000, 6_600_000, 46.5, 3], [3035, 4_321_000, 3_210_000, 52, 10], [4490, 116, 39, 39, 116]])('EPSG:%i', (code, x, y, lat, lon) => {
    const at = convertFrom(crsOf(code)!.definition!)!(x, y)!;
    expect([at.lat.toFixed(6), at.lon.toFixed(6)]).toEqual([lat.toFixed(6), lon.toFixed(6)]);
  });

  it('whose shift is not public is converted with the parameters of the project alone', () => {
    for (const code of [2384, 4610, 2435, 21420, 4214]) {
      const { definition, begins } = crsOf(code)!;
      expect(definition).toBeUndefined();
      expect(convertFrom(begins!)).toBeUndefined();
      expect(convertFrom(`${begins} +towgs84=12.1,-134.5,-41.2,0,0,0,0`)).toBeDefined();
    }
    const [without, shifted] = ['0,0,0', '12,-134,-41'].map((p) => convertFrom(`${crsOf(2384)!.begins} +towgs84=${p}`)!(500_000, 4_300_000)!);
    expect(Math.abs(without!.lat - shifted!.lat) + Math.abs(without!.lon - shifted!.lon)).toBeGreaterThan(0.0005);
  });

  it.each(['', 'EPSG:4547', 'WGS84', '+proj=nonsense +datum=WGS84', '+proj=tmerc +lon_0=117 +ellps=krass', 'GEOGCS["Beijing 1954",DATUM["D_Beijing_1954",SPHEROID["Krasovsky_1940",6378245.0,298.3]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]', `+proj=longlat +datum=WGS84 ${'x'.repeat(4000)}`])('that does not lead to WGS 84 is refused: %.30s', (definition) => {
    expect(convertFrom(definition)).toBeUndefined();
  });

  it('can be the text of a .prj file', () => {
    const prj = 'PROJCS["CGCS2000_3_Degree_GK_CM_117E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]';
    const at = convertFrom(prj)!(500_000, 4_984_944.378)!;
    expect([at.lat.toFixed(6), at.lon.toFixed(6)]).toEqual(['45.000000', '117.000000']);
  });
});

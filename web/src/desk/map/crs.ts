import proj4 from 'proj4';
import type { Text } from '../../core/types';

// Coordinate reference systems by their EPSG code. What WGS 84 follows from exactly, or to within a metre, is converted by
// itself: parameters are those of the EPSG dataset. Others are converted by the parameters that the project itself has.

/** A system that coordinates can be in. */
export interface Crs {
  /** Like EPSG:4547; '' for one that was only defined. */
  readonly code: string;
  readonly title: Text;
  /** Its definition for PROJ. Absent: only the project has the parameters. */
  readonly definition?: string;
  /** The definition to begin with where the parameters are the project's own; it lacks +towgs84. */
  readonly begins?: string;
}

const grs80 = '+ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs';
const wgs84 = '+datum=WGS84 +units=m +no_defs';
/** CGCS2000 and WGS 84 differ by centimetres. */
const cgcs2000 = '+a=6378137 +rf=298.257222101 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs';
const iag75 = '+a=6378140 +rf=298.257 +units=m +no_defs';
const krassowsky = '+a=6378245 +rf=298.3 +units=m +no_defs';

/** A zone of Gauss–Krüger, by its central meridian and false easting. */
const gauss = (meridian: number, easting: number, datum: string): string => `+proj=tmerc +lat_0=0 +lon_0=${meridian} +k=1 +x_0=${easting} +y_0=0 ${datum}`;

interface Zones {
  readonly from: number;
  readonly to: number;
  /** The central meridian of the first, and the degrees between them. */
  readonly meridian: number;
  readonly degrees: 3 | 6;
  /** Eastings begin with the number of the zone, of which this is the first. */
  readonly zone?: number;
}

/** The zones of China's datums, each datum by ranges of codes. */
const china: readonly { readonly title: Text; readonly datum: string; readonly own: boolean; readonly geographic: number; readonly zones: readonly Zones[] }[] = [
  {
    title: { en: 'CGCS2000', zh: '2000 国家大地坐标系' }, datum: cgcs2000, own: false, geographic: 4490,
    zones: [{ from: 4491, to: 4501, meridian: 75, degrees: 6, zone: 13 }, { from: 4502, to: 4512, meridian: 75, degrees: 6 }, { from: 4513, to: 4533, meridian: 75, degrees: 3, zone: 25 }, { from: 4534, to: 4554, meridian: 75, degrees: 3 }],
  },
  {
    title: { en: 'Xi’an 1980', zh: '1980 西安坐标系' }, datum: iag75, own: true, geographic: 4610,
    zones: [{ from: 2327, to: 2337, meridian: 75, degrees: 6, zone: 13 }, { from: 2338, to: 2348, meridian: 75, degrees: 6 }, { from: 2349, to: 2369, meridian: 75, degrees: 3, zone: 25 }, { from: 2370, to: 2390, meridian: 75, degrees: 3 }],
  },
  {
    title: { en: 'Beijing 1954', zh: '1954 北京坐标系' }, datum: krassowsky, own: true, geographic: 4214,
    zones: [{ from: 21413, to: 21423, meridian: 75, degrees: 6, zone: 13 }, { from: 21453, to: 21463, meridian: 75, degrees: 6 }, { from: 2401, to: 2421, meridian: 75, degrees: 3, zone: 25 }, { from: 2422, to: 2442, meridian: 75, degrees: 3 }],
  },
];

const both = (title: string): Text => ({ en: title, zh: title });

/** Systems of one code. */
const single: Readonly<Record<number, readonly [title: Text, definition: string]>> = {
  4326: [{ en: 'WGS 84, degrees', zh: 'WGS 84 经纬度' }, `+proj=longlat ${wgs84}`],
  4258: [{ en: 'ETRS89, degrees', zh: 'ETRS89 经纬度' }, `+proj=longlat ${grs80}`],
  3857: [{ en: 'Web Mercator', zh: 'Web 墨卡托' }, '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs'],
  2154: [both('RGF93 / Lambert-93'), `+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 ${grs80}`],
  3006: [both('SWEREF99 TM'), `+proj=utm +zone=33 ${grs80}`],
  3035: [both('ETRS89 / LAEA Europe'), `+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 ${grs80}`],
};

function ofChina(code: number): Crs | undefined {
  for (const { title, datum, own, geographic, zones } of china) {
    const made = (more: string, definition: string): Crs => ({
      code: `EPSG:${code}`, title: { en: `${title.en}${more}`, zh: `${title.zh}${more}` }, ...(own ? { begins: definition } : { definition }),
    });
    if (code === geographic) return made('', `+proj=longlat ${datum.replace(' +units=m', '')}`);
    const found = zones.find((z) => z.from <= code && code <= z.to);
    if (found === undefined) continue;
    const n = code - found.from;
    const meridian = found.meridian + n * found.degrees;
    const zone = found.zone === undefined ? undefined : found.zone + n;
    return made(` / ${found.degrees}° ${zone === undefined ? '' : `${zone}, `}${meridian}°E`, gauss(meridian, (zone ?? 0) * 1e6 + 500_000, datum));
  }
  return undefined;
}

function utm(code: number): Crs | undefined {
  const zones: readonly [first: number, zone: number, last: number, title: string, more: string][] = [[32601, 1, 32660, 'WGS 84 / UTM', `${wgs84}`], [32701, 1, 32760, 'WGS 84 / UTM', `+south ${wgs84}`], [25828, 28, 25838, 'ETRS89 / UTM', grs80]];
  const found = zones.find(([first, , last]) => first <= code && code <= last);
  if (found === undefined) return undefined;
  const zone = code - found[0] + found[1];
  return { code: `EPSG:${code}`, title: both(`${found[3]} ${zone}${found[4].startsWith('+south') ? 'S' : 'N'}`), definition: `+proj=utm +zone=${zone} ${found[4]}` };
}

/** The system of an EPSG code; undefined for one that is not known here. */
export function crsOf(code: number): Crs | undefined {
  const one = single[code === 900913 ? 3857 : code];
  return one ? { code: `EPSG:${code}`, title: one[0], definition: one[1] } : (utm(code) ?? ofChina(code));
}

/** The EPSG code that a file or a person names: 4547, EPSG:4547, urn:ogc:def:crs:EPSG::4547. CRS84 is that of GeoJSON itself. */
export function codeIn(named: string): number | undefined {
  const text = named.normalize('NFKC').trim();
  if (/\bCRS:?84$/i.test(text)) return 4326;
  const found = /^(?:.*\bEPSG\b[:/]{1,2}(?:[\d.]*[:/])?)?(\d{4,6})$/i.exec(text);
  return found === null ? undefined : Number(found[1]);
}

/** From coordinates, the easting or longitude first, to degrees of WGS 84; undefined where there is no answer. */
export type Convert = (x: number, y: number) => { readonly lat: number; readonly lon: number } | undefined;

/** How long a definition may be. */
export const longestDefinition = 4000;

/** What converts from a definition, which is PROJ's or the WKT of a .prj file; undefined for what is none, or lacks its shift to WGS 84. */
export function convertFrom(definition: string): Convert | undefined {
  const text = definition.trim();
  // A name would be looked up among those that the library knows: what is said is said in full.
  if (text.length > longestDefinition || !/^(\+proj=|[A-Z]+\[)/i.test(text)) return undefined;
  // Without its shift to WGS 84 an old datum would be taken for WGS 84, some hundred metres off.
  if (!(text.startsWith('+') ? /\+(towgs84=|datum=WGS84|nadgrids=@null)/ : /TOWGS84|WGS[_ ]?(19)?84|CGCS[_ ]?2000|China[_ ]2000|ETRS/i).test(text)) return undefined;
  try {
    const convert = proj4(text, 'WGS84');
    return (x, y) => {
      try {
        const [lon, lat] = convert.forward([x, y]);
        return Number.isFinite(lon) && Number.isFinite(lat) ? { lat: lat!, lon: lon! } : undefined;
      } catch {
        return undefined;
      }
    };
  } catch {
    return undefined;
  }
}

import qingdao from '../data/networks/qingdao-2025-01.json' with { type: 'json' };
import shenzhen from '../data/networks/shenzhen-2020-02.json' with { type: 'json' };
import { haversineMeters } from './geo.ts';

/** A metro network as data: stations with GCJ-02 coordinates, lines as station ids in order. */
export interface NetworkFile {
  readonly network: string;
  readonly city: string;
  readonly coordinates: string;
  readonly lines: readonly { readonly name: string; readonly stations: readonly number[] }[];
  readonly stations: readonly {
    readonly id: number;
    readonly name: string;
    readonly lat: string;
    readonly lng: string;
  }[];
}

/** Rail is this much longer than the straight lines between neighbouring stations: the ratio over 487 edges with official lengths. */
const railPerStraightLine = 1.0574;

/** 线网: answers distances between stations; shortest way over the lines. */
export interface Network {
  readonly id: string;
  /** Index of a station by exact name or id; undefined when the network has none such. */
  stationOf(nameOrId: string): number | undefined;
  nameOf(station: number): string;
  distanceMeters(from: number, to: number): number | undefined;
  readonly stationCount: number;
}

const files: Readonly<Record<string, NetworkFile>> = { [qingdao.network]: qingdao, [shenzhen.network]: shenzhen };
const opened = new Map<string, Network>();

export function networkOf(id: string): Network | undefined {
  const known = opened.get(id);
  if (known !== undefined) return known;
  const file = Object.hasOwn(files, id) ? files[id] : undefined;
  if (file === undefined) return undefined;
  const network = openNetwork(file);
  opened.set(id, network);
  return network;
}

function openNetwork(file: NetworkFile): Network {
  const byName = new Map<string, number>();
  for (const [at, station] of file.stations.entries()) {
    byName.set(station.name, at);
    byName.set(String(station.id), at);
  }
  const edges = edgesOf(file);
  const distances: (Float64Array | undefined)[] = [];
  return {
    id: file.network,
    stationCount: file.stations.length,
    stationOf: (name) => byName.get(name),
    nameOf: (station) => file.stations[station]?.name ?? '',
    distanceMeters(from, to) {
      const row = (distances[from] ??= shortestFrom(from, edges));
      const meters = row[to];
      return meters === undefined || !Number.isFinite(meters) ? undefined : Math.round(meters);
    },
  };
}

type Edges = readonly (readonly { readonly to: number; readonly meters: number }[])[];

function edgesOf({ stations, lines }: NetworkFile): Edges {
  const position = new Map(stations.map(({ id }, at) => [id, at]));
  const places = stations.map(({ lat, lng }) => ({ lat: Number(lat), lng: Number(lng) }));
  const edges: { to: number; meters: number }[][] = stations.map(() => []);
  for (const line of lines) {
    const stops = line.stations.map((id) => position.get(id) ?? -1);
    for (let at = 1; at < stops.length; at += 1) join(edges, places, [stops[at - 1] ?? -1, stops[at] ?? -1]);
  }
  return edges;
}

function join(
  edges: { to: number; meters: number }[][],
  places: readonly { lat: number; lng: number }[],
  [from, to]: readonly [number, number],
): void {
  const [start, end] = [places[from], places[to]];
  if (start === undefined || end === undefined) return;
  const meters = haversineMeters(start, end) * railPerStraightLine;
  edges[from]?.push({ to, meters });
  edges[to]?.push({ to: from, meters });
}

/** Dijkstra without a heap: networks have a few hundred stations, and each row is made once. */
function shortestFrom(start: number, edges: Edges): Float64Array {
  const distance = new Float64Array(edges.length).fill(Infinity);
  const isDone = new Uint8Array(edges.length);
  distance[start] = 0;
  for (let round = 0; round < edges.length; round += 1) {
    const nearest = nearestOpen(distance, isDone);
    if (nearest < 0) break;
    isDone[nearest] = 1;
    for (const { to, meters } of edges[nearest] ?? []) {
      distance[to] = Math.min(distance[to] ?? Infinity, (distance[nearest] ?? Infinity) + meters);
    }
  }
  return distance;
}

function nearestOpen(distance: Float64Array, isDone: Uint8Array): number {
  let nearest = -1;
  for (let at = 0; at < distance.length; at += 1) {
    if (isDone[at] === 0 && (distance[at] ?? Infinity) < (nearest < 0 ? Infinity : (distance[nearest] ?? Infinity)))
      nearest = at;
  }
  return nearest;
}

import type { ActivityDraft, Mode } from '@tanhui/sdk/model';

/** A moving piece of a track as it is kept while it goes on: aggregates and its last point, never the way. */
export interface Piece {
  readonly mode: Mode;
  readonly from: number;
  readonly to: number;
  readonly meters: number;
  readonly lat: number;
  readonly lng: number;
  readonly points: number;
  readonly cells: readonly string[];
}

/** About 500 m and ten minutes: coarse enough that two phones on one seat agree. */
const cellDegrees = 0.005;
const cellMs = 600_000;
const minPoints = 3;

export function cellOf({ at, lat, lng }: { readonly at: number; readonly lat: number; readonly lng: number }): string {
  return [lat / cellDegrees, lng / cellDegrees, at / cellMs].map((value) => String(Math.floor(value))).join('/');
}

/** A piece of fewer than three points is noise of the receiver: its points are context. */
export function pieceToActivity(piece: Piece, user: string, records: readonly number[]): ActivityDraft | undefined {
  if (piece.points < minPoints || piece.to <= piece.from) return undefined;
  return {
    records,
    account: user,
    sourceKey: `${String(piece.from)}/${piece.mode}`,
    mode: piece.mode,
    evidence: 'measured',
    occurredAt: piece.to,
    startedAt: piece.from,
    endedAt: piece.to,
    occupies: { kind: 'interval', from: piece.from, to: piece.to, group: 'travel' },
    distanceMeters: Math.floor(piece.meters),
    sketch: piece.cells,
    basis: 'track-length',
  };
}

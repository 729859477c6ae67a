const earthRadiusMeters = 6_371_000;
const radians = Math.PI / 180;

export interface Place {
  readonly lat: number;
  readonly lng: number;
}

/** Great-circle distance in metres, radius 6,371 km. */
export function haversineMeters(from: Place, to: Place): number {
  const lat = (to.lat - from.lat) * radians;
  const lng = (to.lng - from.lng) * radians;
  const a = Math.sin(lat / 2) ** 2 + Math.cos(from.lat * radians) * Math.cos(to.lat * radians) * Math.sin(lng / 2) ** 2;
  return 2 * earthRadiusMeters * Math.asin(Math.sqrt(a));
}

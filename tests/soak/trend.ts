/** One measurement of something that should not grow. */
export interface Point {
  /** How many lives had been lived. */
  readonly lives: number;
  readonly bytes: number;
}

/** By how many bytes each life makes it grow: the slope of the straight line that lies nearest to the points (least squares). */
export function bytesPerLife(points: readonly Point[]): number {
  const meanOf = (of: (point: Point) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [lives, bytes] = [meanOf((point) => point.lives), meanOf((point) => point.bytes)];
  const covariance = meanOf((point) => (point.lives - lives) * (point.bytes - bytes));
  return covariance / meanOf((point) => (point.lives - lives) ** 2);
}

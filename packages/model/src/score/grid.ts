import type { Grid } from '../model.ts'

/** The cell of a fit and a score, in points, such as `A1`: the best band of each that it reaches. */
export function cellOf(grid: Grid, fit: number, score: number): string {
  return bandOf(grid.fit, fit) + bandOf(grid.score, score)
}

function bandOf(bands: Grid['fit'], points: number): string {
  return bands.find(b => points >= b.atLeast)?.name ?? ''
}

/** Every cell there is, such as `A1`. */
export function cellsOf(grid: { fit: { name: string }[]; score: { name: string }[] }): string[] {
  return grid.fit.flatMap(f => grid.score.map(s => f.name + s.name))
}

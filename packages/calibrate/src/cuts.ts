/** A step that fewer leads than this stand on either side of says little: 20 of them still leave ±20 points of a share. */
export const LEAST = 20

/**
 * Where brackets may begin: at most `most` quantiles of the values, rounded to two figures so that a person can read
 * them, ascending. For counts leave the zeros out (`above: 0`): most leads have done most things never, and those
 * would take all of the quantiles. At least `least` values lie on each side of every cut.
 */
export function cutsOf(
  values: readonly number[],
  { most = 8, least = LEAST, above = Number.NEGATIVE_INFINITY } = {},
): number[] {
  const inside = values.filter(v => v > above).sort((a, b) => a - b)
  const distinct = [...new Set(inside)]
  const wanted =
    distinct.length <= most
      ? distinct
      : Array.from({ length: most }, (_, i) => inside[Math.floor((i * inside.length) / most)] as number)
  const smallest = inside[0]
  return [...new Set(wanted.map(v => (v === smallest ? downTwoFigures(v) : twoFigures(v))))]
    .sort((a, b) => a - b)
    .filter(cut => cut > above && splits(values, cut, least))
}

function splits(values: readonly number[], cut: number, least: number): boolean {
  let reach = 0
  for (const v of values) if (v >= cut) reach++
  return reach >= least && values.length - reach >= least
}

function twoFigures(value: number): number {
  return Number(value.toPrecision(2))
}

/** The first bracket must not leave out the smallest value by rounding up past it. */
function downTwoFigures(value: number): number {
  return Math.min(twoFigures(value), value)
}

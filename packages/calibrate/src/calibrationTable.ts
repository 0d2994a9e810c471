/** One bin of leads with about the same predicted probability. */
export interface Bin {
  leads: number
  /** Means of what was predicted and of what came. */
  predicted: number
  observed: number
}

/**
 * Ten bins of equally many leads, by predicted probability, ascending. Leads of the same prediction stay together, so
 * whole points give fewer and uneven bins.
 */
export function calibrationTable(
  predicted: readonly number[],
  outcomes: readonly boolean[],
  bins = 10,
): Bin[] {
  const order = predicted.map((_, i) => i).sort((a, b) => (predicted[a] as number) - (predicted[b] as number))
  const table: Bin[] = []
  for (let from = 0; from < order.length; ) {
    let to = Math.max(from + 1, Math.round((order.length * (table.length + 1)) / bins))
    if (table.length === bins - 1) to = order.length
    while (to < order.length && predicted[order[to] as number] === predicted[order[to - 1] as number]) to++
    const rows = order.slice(from, to)
    table.push({
      leads: rows.length,
      predicted: rows.reduce((sum, i) => sum + (predicted[i] as number), 0) / rows.length,
      observed: rows.filter(i => outcomes[i]).length / rows.length,
    })
    from = to
  }
  return table
}

/** Mean squared distance of prediction and outcome (Brier, 1950): 0 is perfect, share × (1 − share) is no skill. */
export function brierOf(predicted: readonly number[], outcomes: readonly boolean[]): number {
  return predicted.reduce((sum, p, i) => sum + (p - (outcomes[i] ? 1 : 0)) ** 2, 0) / predicted.length
}

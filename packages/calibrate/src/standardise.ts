/** What makes a column comparable with the others: mean 0 and deviation 1 over the samples it was taken from. */
export interface Scale {
  mean: number
  /** 0 for a column that is the same everywhere; it then says nothing and becomes all zeros. */
  deviation: number
}

/** Of the training part only: the held-out rows must not even move a mean. */
export function scaleOf(column: Float64Array): Scale {
  let sum = 0
  for (const x of column) sum += x
  const mean = sum / column.length
  let squares = 0
  for (const x of column) squares += (x - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / column.length) }
}

export function standardise(column: Float64Array, { mean, deviation }: Scale): Float64Array {
  return deviation === 0 ? new Float64Array(column.length) : column.map(x => (x - mean) / deviation)
}

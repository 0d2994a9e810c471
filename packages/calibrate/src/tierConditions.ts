/** A condition of the model language, as plain data. */
export type Condition =
  | { score: { atLeast: number } }
  | { fit: { atLeast: number } }
  | { all: Condition[] }
  | { any: Condition[] }

/** “Score + fit is at least so much”, by the steps of the fit; without steps the score alone. */
export function reaches(atLeast: number, steps: readonly number[], counts: boolean): Condition {
  if (steps.length === 0) return { score: { atLeast } }
  if (!counts) return { fit: { atLeast } }
  const any = steps.map(fit => ({ all: [{ fit: { atLeast: fit } }, { score: { atLeast: atLeast - fit } }] }))
  return any.length === 1 ? (any[0] as Condition) : { any }
}

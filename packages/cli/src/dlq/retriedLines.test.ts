import { nextOf } from './retriedLines.ts'
import type { Retried } from './retry.ts'

const letter = { partition: 0, offset: 1 }
const refused = (next: string): Retried => ({
  outcome: 'refused',
  letter,
  reason: 'invalid',
  problems: [],
  next,
})

test('letters that are refused for different reasons have each their way out, once', () => {
  const sent: Retried = { outcome: 'there', letter, place: { partition: 0, offset: 2 } }
  expect(nextOf([refused('Mend it.'), sent, refused('Backdate it.'), refused('Mend it.')])).toBe(
    'Mend it.\nBackdate it.',
  )
})

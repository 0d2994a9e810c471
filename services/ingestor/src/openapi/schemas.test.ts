import { MAX_ID_CHARS, MESSAGES } from '@hotlead/beacon'
import { z } from 'zod'
import { followUp } from '../followUp.ts'
import { outcome } from '../outcomes.ts'
import { SCHEMAS } from './schemas.ts'

/** The schemas that check, and what the document says of them, read back by zod's own reader of JSON Schema. */
const checked: Record<string, z.ZodType> = {
  Track: MESSAGES.track,
  Page: MESSAGES.page,
  Screen: MESSAGES.screen,
  Identify: MESSAGES.identify,
  Group: MESSAGES.group,
  Alias: MESSAGES.alias,
  FollowUp: followUp,
  Outcome: outcome('secret'),
}
const fitting: Record<string, object> = {
  Track: { event: 'x' },
  Group: { groupId: 'g' },
  Alias: { userId: 'u', previousId: 'p' },
  FollowUp: { channel: 'phone', result: 'continue' },
  Outcome: { lead: 'ann@example.com', outcome: 'won' },
}

/** Each side of every limit, and every kind; texts of times apart, of which ours knows more spellings. */
const VALUES: readonly unknown[] = [
  undefined,
  null,
  true,
  {},
  { a: 1 },
  [],
  '',
  'x'.repeat(MAX_ID_CHARS),
  'x'.repeat(MAX_ID_CHARS + 1),
  'x'.repeat(1_024),
  'x'.repeat(1_025),
  'x'.repeat(4_001),
  '2026-11-24T09:30:00Z',
  0,
  -1.5,
  -62_167_219_200_000,
  -62_167_219_200_001,
  253_402_300_799_999,
  253_402_300_800_000,
  'phone',
  'continue',
  'won',
]

test.each(Object.keys(checked))('%s: what is checked and what is said agree', name => {
  const check = checked[name] as z.ZodType & { shape: object }
  const said = z.fromJSONSchema(SCHEMAS[name] as Parameters<typeof z.fromJSONSchema>[0])
  let taken = 0
  for (const field of Object.keys(check.shape))
    for (const value of VALUES) {
      // Which texts name a lead, JSON Schema does not say.
      if (name === 'Outcome' && field === 'lead' && typeof value === 'string') continue
      const body = { ...fitting[name], [field]: value }
      // As JSON: what is undefined is not there.
      const sent = JSON.parse(JSON.stringify(body))
      const isTaken = check.safeParse(sent).success
      expect({ field, value, taken: said.safeParse(sent).success }).toEqual({ field, value, taken: isTaken })
      if (isTaken) taken++
    }
  expect(taken).toBeGreaterThan(10)
})

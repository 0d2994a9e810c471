import { randomUUID } from 'node:crypto'
import { Codec, learnSchema, registerSchemas } from './index.ts'

test('an id that the registry does not know is an answer (poison), not an outage', async () => {
  const url = process.env.HOTLEAD_TEST_REGISTRY as string
  const prefix = `r${randomUUID().slice(0, 6)}-`
  await registerSchemas(url, prefix)
  const codec = new Codec('activity', 1)
  await learnSchema(url, `${prefix}activity-value`, codec as never, 987_654)
}, 60_000)

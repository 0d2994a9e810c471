import type { Parameter } from './operation.ts'

const asks = (name: string, what: string, usual: string): Parameter => ({
  name,
  in: 'header',
  description: `${what}: \`1\` asks not to be tracked. The source’s policy says what becomes of the event; the answer is the same. Without one it is ${usual}.`,
  schema: { type: 'string', examples: ['1'] },
})

/** What browsers say by themselves where a person asks not to be tracked. */
export const OPT_OUT: readonly Parameter[] = [
  asks('Sec-GPC', 'Global Privacy Control', 'kept, flagged `opted_out`, and scores 0'),
  asks('DNT', 'Do Not Track', 'as any other'),
]

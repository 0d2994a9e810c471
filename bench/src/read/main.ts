import { run } from '@hotlead/cli'
import { sleep } from '../measure/clock.ts'
import { type Answer, type Answers, count, judgeLead, judgeList, noAnswers } from './answers.ts'
import type { ReadMessage, ReadOrder, ReadTell } from './messages.ts'

/** ms between two commands: without, the readers alone would take one of the two cores. */
const PAUSE = 50
/** Asks for lists after so many leads: each reads an index of every partition. */
const LIST_EVERY = 20

/**
 * Reads leads as a person at the command line does, one command after the other, for as long as it lives: by the very
 * code of `hotlead lead` and `hotlead leads`, in this process, since starting one each time would take a core.
 */
process.once('message', async (order: ReadOrder) => {
  const tell = (message: ReadMessage) => process.send?.(message)
  try {
    Object.assign(process.env, order.env)
    const at = new Date(order.at).toISOString()
    const lead = (subject: string) => hotlead('lead', subject, '--at', at, '--json')
    const hotList = () => hotlead('leads', '--tier', 'HOT', '--limit', '100000', '--json')

    const stories = new Map<string, string>()
    for (const subject of order.subjects) {
      const { code, out, err } = await lead(subject)
      if (code !== 0)
        throw new Error(`hotlead lead ${subject} ended with ${code} before anything was lost: ${err}`)
      stories.set(subject, out)
    }
    const tiers = new Map(
      [...stories].map(([subject, out]) => [subject, (JSON.parse(out) as { tier: string }).tier]),
    )
    const list = await hotList()
    const listed = (JSON.parse(list.out) as { leads: { subject: string }[] }).leads
    for (const { subject } of listed) tiers.set(subject, 'HOT')
    tell({ kind: 'baseline', hot: listed.length, leads: stories.size })

    let answers: Answers = noAnswers()
    process.on('message', (_: ReadTell) => {
      tell({ kind: 'answers', answers })
      answers = noAnswers()
    })
    for (let n = 0; ; n++) {
      const subject = order.subjects[n % order.subjects.length] as string
      count(answers, `lead ${subject}`, judgeLead(await lead(subject), stories.get(subject) as string))
      if (n % LIST_EVERY === 0)
        count(answers, 'leads --tier HOT', judgeList(await hotList(), 'HOT', tiers, order.partitions))
      await sleep(PAUSE)
    }
  } catch (error) {
    tell({ kind: 'failed', why: (error as Error).message })
  }
})

async function hotlead(...argv: string[]): Promise<Answer> {
  const text = { out: '', err: '' }
  const stream = (name: 'out' | 'err') => ({
    write(more: string) {
      text[name] += more
    },
  })
  return { code: await run(argv, {}, { stdout: stream('out'), stderr: stream('err') }), ...text }
}

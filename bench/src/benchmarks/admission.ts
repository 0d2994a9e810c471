import { plainRedis } from '@hotlead/testkit'
import type { Context, Result } from '../context.ts'
import { admissionCost, WAYS } from '../measure/admissionCost.ts'

/** What keys, quotas and hot keys cost a request of one event. */
export async function admission({ options, say }: Context): Promise<Result[]> {
  const rounds = options.quick ? 1 : 9
  say(`admission: ${WAYS.length} ways, ${rounds} rounds`)
  const redis = await plainRedis()
  const found = new Map<string, number[]>(WAYS.map(w => [w.what, []]))
  try {
    for (let round = 0; round < rounds; round++)
      for (const way of WAYS) found.get(way.what)?.push(await admissionCost(way, redis.url, options.quick))
  } finally {
    await redis.stop()
  }
  const rows = [...found].map(([what, ns]) => {
    const sorted = ns.toSorted((a, b) => a - b)
    const at = (i: number) => Math.round(sorted[i] as number)
    return [what, at(Math.floor(sorted.length / 2)), at(0), at(sorted.length - 1)]
  })
  return [
    {
      name: 'admission',
      benchmark: 'admission',
      title: 'Admission: what a request of one event costs',
      columns: ['step', 'CPU ns', 'least', 'most'],
      rows,
      notes: [
        `User and kernel time of a loop in a process of its own, ${rounds} in turn, medians. \`nothing\` is the loop itself, and in each of the others.`,
        'No request waits for Redis: a question is asked beside them, 5 to 10 a second for a bucket that is used at its rate.',
      ],
      data: Object.fromEntries(found),
    },
  ]
}

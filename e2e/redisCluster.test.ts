import { clusterRedis, Installation, until } from '@hotlead/testkit'

/** A Redis Cluster refuses a script whose keys lie in several slots: the tag `{p}` must put all of a partition in one. */

let cluster: Awaited<ReturnType<typeof clusterRedis>>
let hot: Installation
beforeAll(async () => {
  cluster = await clusterRedis()
  hot = await Installation.open({ HOTLEAD_REDIS: cluster.url })
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
})
afterAll(async () => {
  await hot?.close()
  await cluster?.stop()
})

test('the services and the command line run on a Redis Cluster as they are', async () => {
  const page = (path: string) => ({ type: 'page', anonymousId: 'cluster', properties: { path } })
  const form = { type: 'track', event: 'Form Submitted', anonymousId: 'cluster' }
  const batch = [
    ...Array.from({ length: 8 }, (_, i) => page(`/blog/${i}`)),
    page('/pricing'),
    page('/pricing'),
    form,
  ]
  expect(await hot.post('/v1/batch', { batch })).toBe(200)
  const [announced] = await until(
    () => hot.read('hot-leads'),
    list => list.length > 0,
  )
  expect(announced?.decoded.millipoints).toBe(56_000)
  await hot.folded()
  const listed = JSON.parse((await hot.hotlead('leads', '--tier', 'HOT', '--json')).out)
  expect(listed.leads.map((l: { subject: string }) => l.subject)).toEqual(['v:cluster'])
  const lead = await hot.hotlead('lead', 'cluster')
  expect(lead.out).toContain('HOT')
})

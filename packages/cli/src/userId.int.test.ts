import { Installation, until } from '@hotlead/testkit'

/** A user id whose address is told, from the edge to the command line, on the real services. */

let hot: Installation
beforeAll(async () => {
  hot = await Installation.open()
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
}, 240_000)
afterAll(() => hot?.close())

test('a user id is the lead of the address that was told for it, before and after', async () => {
  const view = (who: object, path: string) => hot.post('/v1/page', { ...who, properties: { path } })
  expect(await view({ anonymousId: 'a' }, '/first')).toBe(200)
  expect(await view({ anonymousId: 'a', userId: 'u-9' }, '/before')).toBe(200)
  const told = { userId: 'u-9', traits: { email: 'olga@example.com' } }
  expect(await hot.post('/v1/identify', told)).toBe(200)
  expect(await view({ userId: 'u-9' }, '/after')).toBe(200)
  const story = async (who: string) => {
    const { out } = await hot.hotlead('lead', who, '--json')
    return out === '' ? undefined : JSON.parse(out)
  }
  const olga = await until(
    () => story('olga@example.com'),
    found => found?.contributions[0]?.count === 3,
  )
  for (const who of ['u-9', 'a']) expect(await story(who)).toMatchObject({ subject: olga.subject })
  expect((await hot.hotlead('lead', 'u-9')).out).toContain("u-9 is this lead's user id.")
  expect((await hot.hotlead('lead', 'a')).out).toContain("v:a is this lead's visitor.")
}, 240_000)

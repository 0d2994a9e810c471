import { leadSubject } from '@hotlead/contracts'
import { activitiesOf } from './activities.ts'
import { PRIVACY } from './privacy/policy.ts'
import { identify } from './steps/identify.ts'

const NOW = Date.UTC(2026, 10, 24)
const ANN = 'ann@example.com'
const BOB = 'bob@example.com'
const bob = { email: BOB, title: 'CTO', plan: 'team' }

/** The record of an event, and under whose key it is. */
function written(type: 'track' | 'identify', said: object) {
  const identified = identify('s')({
    admitted: {
      beacon: { receivedAt: NOW, address: '' },
      source: { workspace: 'acme', name: 'site', names: new Map(), privacy: PRIVACY },
    },
    type,
    message: said,
    at: NOW,
    flags: [],
  } as unknown as Parameters<ReturnType<typeof identify>>[0])
  if (identified.kind !== 'ok') throw new Error(identified.problems.join())
  const { event } = activitiesOf(identified.value).event.value
  return [identified.value.subject, event?.userId, { ...event?.traits }]
}
const lead = (email: string) => leadSubject('s', { email })

describe('whose traits and user id an event’s record has', () => {
  const form = { properties: { email: ' Ann@example.com' } }
  test.each<[string, object, string | null, object]>([
    ['a form that names a colleague', { userId: 'u', context: { traits: bob } }, null, { email: ANN }],
    ['and has traits of the sender beside', { traits: bob }, null, { email: ANN }],
    ['of one whose user id is an address', { userId: BOB, traits: { plan: 'team' } }, null, { email: ANN }],
    ['of a user id that nobody knows', { userId: 'u', traits: { plan: 'team' } }, null, { email: ANN }],
    [
      'one’s own form',
      { userId: 'u', context: { traits: { ...bob, email: 'ANN@example.com' } } },
      'u',
      { ...bob, email: ANN },
    ],
    [
      'one’s own by the user id',
      { userId: ANN, traits: { plan: 'team' } },
      ANN,
      { plan: 'team', email: ANN },
    ],
    [
      'a form of somebody without a name',
      { context: { traits: { plan: 'team' } } },
      null,
      { plan: 'team', email: ANN },
    ],
  ])('%s', (_, said, userId, traits) => {
    expect(written('track', { event: 'Form Submitted', anonymousId: 'a', ...form, ...said })).toEqual([
      lead(ANN),
      userId,
      traits,
    ])
  })

  test('what names nobody else', () => {
    expect(written('identify', { userId: 'u', traits: bob })).toEqual([lead(BOB), 'u', bob])
    expect(written('track', { userId: 'u', traits: { plan: 'team' } })).toEqual([
      leadSubject('s', { userId: 'u' }),
      'u',
      { plan: 'team' },
    ])
  })
})

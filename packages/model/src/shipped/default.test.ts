import type { Event } from '@hotlead/contracts'
import { below, DAY, event, leadAfter, NOON, pages, shipped } from '../../test/leads.ts'
import { FOLLOW_UP, judge, observe, once, scoreOf } from '../index.ts'

const MINUTE = 60_000
const form = (at = NOON + 15 * MINUTE) =>
  event({ name: 'Form Submitted', at, traits: { email: 'ann@example.com' } })
const blog = (n: number) => pages(below('/blog', n))
const standing = (tier: string) => ({ tier, since: NOON, left: [] })

describe('models/default.yaml', () => {
  const model = shipped('default')
  const tierOf = (events: Event[], t = NOON + 20 * MINUTE) =>
    judge(model, leadAfter(model, events), standing('COLD'), t)
  const visit = pages([
    '/',
    '/about',
    '/pricing',
    '/blog/a',
    '/blog/b',
    '/team',
    '/pricing',
    '/blog/c',
    '/blog/d',
    '/contact',
  ])

  test('ten pages, /pricing twice among them, then a contact form: HOT at once, and not a beacon before', () => {
    expect(tierOf(visit, NOON + 9 * MINUTE)).toBe('WARM')
    expect(tierOf([...visit, form()], NOON + 15 * MINUTE)).toBe('HOT')
    expect(scoreOf(model, leadAfter(model, [...visit, form()]), NOON + 15 * MINUTE).millipoints).toBe(56_000)
  })

  test.each<[string, Event[], string]>([
    ['ten blog pages', blog(10), 'COLD'],
    ['a hundred blog pages in a day', blog(100), 'COLD'],
    ['a form alone', [form()], 'WARM'],
    ['three price pages', pages(['/pricing', '/pricing/', '/plans']), 'WARM'],
    ['a demo request', [event({ name: 'Demo Requested' })], 'HOT'],
    [
      'a demo request, then unsubscribed',
      [event({ name: 'Demo Requested' }), event({ name: 'Unsubscribed' })],
      'COLD',
    ],
    ['someone who looks for a job', [...pages(['/careers', '/careers/x', '/jobs/y']), ...visit], 'WARM'],
    ['a bot that does it all', [...visit, form()].map(e => ({ ...e, flags: ['bot'] })), 'COLD'],
    [
      'mail read every hour of a day',
      Array.from({ length: 24 }, () => event({ name: 'Email Opened' })),
      'COLD',
    ],
  ])('%s: %s', (_what, events, tier) => expect(tierOf(events)).toBe(tier))

  test('a follow-up takes a lead off HOT, for thirty days', () => {
    const hot = leadAfter(model, [...visit, form()])
    const called = observe(
      model,
      hot,
      { at: NOON + DAY, signals: [once(FOLLOW_UP)], id: 99, what: 'phone' },
      NOON + DAY,
    )
    expect(judge(model, hot, standing('HOT'), NOON + DAY)).toBe('HOT')
    expect(judge(model, called, standing('HOT'), NOON + DAY)).toBe('WARM')
    expect(judge(model, called, standing('WARM'), NOON + 30 * DAY)).toBe('WARM')
  })

  test('exit lies below enter', () => {
    const at = (days: number) =>
      judge(model, leadAfter(model, [...visit, form()]), standing('HOT'), NOON + days * DAY)
    expect([at(9), at(17), at(18), at(60)]).toEqual(['HOT', 'HOT', 'WARM', 'COLD'])
  })
})

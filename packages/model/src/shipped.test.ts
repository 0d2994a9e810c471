import type { Event } from '@hotlead/contracts'
import { DAY, event, leadAfter, modelOf, NOON, shipped } from '../test/leads.ts'
import { FOLLOW_UP, judge, observe, once, scoreOf } from './index.ts'

const MINUTE = 60_000
const pages = (...paths: string[]): Event[] => paths.map((path, i) => event({ path, at: NOON + i * MINUTE }))
const form = (at = NOON + 15 * MINUTE) =>
  event({ name: 'Form Submitted', at, traits: { email: 'ann@example.com' } })
const blog = (n: number) => pages(...Array.from({ length: n }, (_, i) => `/blog/${i}`))
const standing = (tier: string) => ({ tier, since: NOON, left: [] })

describe('models/default.yaml', () => {
  const model = shipped('default')
  const tierOf = (events: Event[], t = NOON + 20 * MINUTE) =>
    judge(model, leadAfter(model, events), standing('COLD'), t)
  const visit = pages(
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
  )

  test('ten pages, /pricing twice among them, then a contact form: HOT at once, and not a beacon before', () => {
    expect(tierOf(visit, NOON + 9 * MINUTE)).toBe('WARM')
    expect(tierOf([...visit, form()], NOON + 15 * MINUTE)).toBe('HOT')
    expect(scoreOf(model, leadAfter(model, [...visit, form()]), NOON + 15 * MINUTE).millipoints).toBe(56_000)
  })

  test.each<[string, Event[], string]>([
    ['ten blog pages', blog(10), 'COLD'],
    ['a hundred blog pages in a day', blog(100), 'COLD'],
    ['a form alone', [form()], 'WARM'],
    ['three price pages', pages('/pricing', '/pricing/', '/plans'), 'WARM'],
    ['a demo request', [event({ name: 'Demo Requested' })], 'HOT'],
    [
      'a demo request, then unsubscribed',
      [event({ name: 'Demo Requested' }), event({ name: 'Unsubscribed' })],
      'COLD',
    ],
    ['someone who looks for a job', [...pages('/careers', '/careers/x', '/jobs/y'), ...visit], 'WARM'],
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

describe('models/smp.yaml: 1 AND 2 AND NOT 3, e-mail exists, not a competitor, a target of nurturing', () => {
  const model = shipped('smp')
  const who = (traits: Event['traits']) => event({ type: 'identify', traits })
  const target = { email: 'ann@example.com', nurturing: true }
  const followUp = { at: NOON, signals: [once(FOLLOW_UP)], id: 99, what: 'visit' }

  function tierOf(events: Event[], days = 29, call = false): string {
    let lead = leadAfter(model, events)
    if (call) lead = observe(model, lead, followUp, NOON)
    return judge(model, lead, standing('COLD'), NOON + days * DAY)
  }
  const apply = event({ name: 'Form Submitted' })

  test.each<[string, string, string]>([
    ['all of it', tierOf([...blog(15), apply, who(target)]), 'HOT'],
    [
      'competitor said to be false',
      tierOf([...blog(15), apply, who({ ...target, competitor: false })]),
      'HOT',
    ],
    ['1: fourteen pages', tierOf([...blog(14), apply, who(target)]), 'COLD'],
    ['1: the last visit over 30 days ago', tierOf([...blog(15), apply, who(target)], 31), 'COLD'],
    ['2: no application', tierOf([...blog(15), who(target)]), 'COLD'],
    ['3: a follow-up record', tierOf([...blog(15), apply, who(target)], 29, true), 'COLD'],
    ['no e-mail', tierOf([...blog(15), apply, who({ nurturing: true })]), 'COLD'],
    ['a competitor', tierOf([...blog(15), apply, who({ ...target, competitor: true })]), 'COLD'],
    ['no target', tierOf([...blog(15), apply, who({ ...target, nurturing: false })]), 'COLD'],
    ['not known to be a target', tierOf([...blog(15), apply, who({ email: 'ann@example.com' })]), 'COLD'],
  ])('%s', (_what, found, expected) => expect(found).toBe(expected))
})

test('SMP’s other example: the link to the top page 5 points, an inquiry 10, the total decides', () => {
  const model = modelOf(`
name: link-and-inquiry
signals:
  top-page-link: { type: page, path: /, campaign: { medium: email } }
  inquiry: { type: track, name: Form Submitted }
rules:
  - { signal: top-page-link, points: 5 }
  - { signal: inquiry, points: 10 }
tiers:
  - name: COLD
  - name: HOT
    enter: { score: { atLeast: 20 } }
`)
  const link = event({ path: '/', context: { 'campaign.medium': 'email' } })
  const inquiry = event({ name: 'Form Submitted' })
  const total = (...events: Event[]) => {
    const lead = leadAfter(model, events)
    return [scoreOf(model, lead, NOON).millipoints / 1000, judge(model, lead, standing('COLD'), NOON)]
  }
  expect(total(link)).toEqual([5, 'COLD'])
  expect(total(event({ path: '/' }))).toEqual([0, 'COLD'])
  expect(total(inquiry)).toEqual([10, 'COLD'])
  expect(total(link, inquiry)).toEqual([15, 'COLD'])
  expect(total(link, inquiry, link)).toEqual([20, 'HOT'])
})

import type { Event } from '@hotlead/contracts'
import { below, DAY, event, leadAfter, modelOf, NOON, pages, shipped } from '../../test/leads.ts'
import { FOLLOW_UP, judge, observe, once, scoreOf } from '../index.ts'

const standing = (tier: string) => ({ tier, since: NOON, left: [] })
const blog = (n: number) => pages(below('/blog', n))

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

import { event } from '../../test/leads.ts'
import { actOf } from './act.ts'

test.each(['Email Delivered', 'Email Opened', 'Email Link Clicked'])(
  '%s by a key that everybody can read tells nothing of what others signed',
  name => {
    expect(actOf(event({ name }))?.flag).toBe(null)
    expect(actOf(event({ name, signed: false }))).toBe(undefined)
  },
)

test('pages come by such keys: they tell on each other', () => {
  expect(actOf(event({ path: '/', signed: false, flags: ['too_fast'] }))).toMatchObject({ flag: 'too_fast' })
})

import { readFileSync } from 'node:fs'
import { InMemory, page } from './test/inMemory.ts'

/** The model of docs/privacy.md, from the beacon to the tier: the latest word of a person counts for all that it ever did. */
const guide = readFileSync(new URL('../docs/privacy.md', `file://${__filename}`), 'utf8')
const MODEL = [...guide.matchAll(/```yaml\n(name: with-consent\n[\s\S]*?)```/g)].map(
  ([, text]) => text as string,
)
const WHO_MUST_AGREE = MODEL[0]?.replace(
  '{ attribute: { name: consent.marketing, in: [false] } }',
  '{ not: { consent: marketing } }',
)
const says = (marketing: boolean) => ({ context: { consent: { categoryPreferences: { marketing } } } })
const pricing = (more: object = {}) => ({ ...page('ann', '/pricing'), ...more })

test('who withdraws leaves HOT at once, and is back with a yes', async () => {
  const all = await InMemory.open(MODEL[0] as string)
  await all.send('batch', { batch: [pricing(), pricing()] })
  expect(all.moves('v:ann')).toEqual(['COLD→HOT'])
  await all.send('batch', { batch: [{ ...page('ann', '/'), ...says(false) }, pricing()] })
  expect(all.moves('v:ann')).toEqual(['COLD→HOT', 'HOT→COLD'])
  await all.send('page', { ...page('ann', '/'), ...says(true) })
  expect(all.moves('v:ann')).toEqual(['COLD→HOT', 'HOT→COLD', 'COLD→HOT'])
})

test('where it is for those who agreed, who says nothing is not HOT', async () => {
  expect(WHO_MUST_AGREE).not.toBe(MODEL[0])
  const all = await InMemory.open(WHO_MUST_AGREE as string)
  await all.send('batch', { batch: [pricing(), pricing(), pricing()] })
  expect(all.moves('v:ann')).toEqual([])
  await all.send('page', { ...page('ann', '/'), ...says(true) })
  expect(all.moves('v:ann')).toEqual(['COLD→HOT'])
})

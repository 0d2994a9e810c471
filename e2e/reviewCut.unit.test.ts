import { form, InMemory, page, visit } from './test/inMemory.ts'

test('cut', async () => {
  const seen = new Set<string>()
  for (const batch of [1, Number.POSITIVE_INFINITY]) {
    const all = await InMemory.open('default', 1)
    for (const p of visit('v')) await all.write('page', p)
    await all.write('track', form('v'))
    await all.driver.run(batch)
    await all.driver.advance(2000)
    seen.add(
      all.moves('v:v').join(' ') +
        ' ' +
        all
          .hot()
          .map(h => h.id)
          .join(),
    )
  }
  expect([...seen]).toHaveLength(1)
})

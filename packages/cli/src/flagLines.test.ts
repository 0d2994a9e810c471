import { flagLines } from './flagLines.ts'

test('every flag of the lines is explained once, and what only looks like one is not', () => {
  expect(
    flagLines([
      'page /a (bot)',
      'page /b (bot, hot_key)',
      'page /c',
      'page /wiki/Hot (disambiguation)',
      'page /wiki/Bot (bot, disambiguation)',
      'page /wiki/X (constructor)',
    ]),
  ).toEqual([
    '(bot) adds nothing: a crawler, by its user agent',
    '(hot_key) adds nothing: more came in this name than a person does',
  ])
  expect(flagLines(['page /c'])).toEqual([])
})

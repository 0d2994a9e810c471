import fc from 'fast-check'
import { withoutPairs } from './pairs.ts'

const isDenied = (name: string) => name === 'pwd'

/** The three rules as one reads them, each over the whole text: right, and slow. */
function plainly(text: string): string {
  return text
    .replace(/(^|[?&#;])([^=&#?;\s]+)=[^&#;\s]*/g, (pair, sign, name) => (name === 'pwd' ? sign : pair))
    .replace(/(^|[?#&;])[&;]+/g, '$1')
    .replace(/[?&;]+(?=#)/g, '')
    .replace(/[?&;#]+$/, '')
}

test('signs that stood for nothing but a denied pair go with it, whatever stands around them', () => {
  const part = fc.constantFrom('pwd=1', 'a=2', 'b', '?', '&', ';', '#', '&&', '?#', '=')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), parts => {
      const text = `pwd=0${parts.join('')}`
      expect(withoutPairs(text, isDenied).text).toBe(plainly(text))
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['/a?pwd=1#top', '/a#top'],
  ['/a?b=1&pwd=1&c=2', '/a?b=1&c=2'],
  ['pwd=1&b=2', 'b=2'],
  ['/a?pwd=1&b=2#?pwd=3', '/a?b=2'],
])('%s is %s without it', (text, left) => expect(withoutPairs(text, isDenied).text).toBe(left))

test.each(['?', '&', ';', '#', '=', '?&', '?#', '#&', '&=', 'pwd=1&', '?pwd=', '#?;&'])(
  'a long run of %p takes no time that grows with its square',
  run => {
    const started = process.cpuUsage().user
    for (const end of ['x', '', '#', '=', ' '])
      withoutPairs(`pwd=1&${run.repeat(500_000 / run.length)}${end}`, isDenied)
    // Milliseconds; with the square of it 5 minutes.
    expect(process.cpuUsage().user - started).toBeLessThan(5_000_000)
  },
)

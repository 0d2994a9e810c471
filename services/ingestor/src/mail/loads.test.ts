import { Loads, REPEATED } from './loads.ts'

const START = 1_000_000 * REPEATED
type Load = [token: string, address: string, userAgent: string | undefined, after: number]

/** Which event each load is of: those with the same number are one. */
function events(loads: readonly Load[], of = new Loads()): number[] {
  const ids = loads.map(([token, address, agent, after]) => of.idOf(token, address, agent, START + after))
  return ids.map(id => ids.indexOf(id))
}

test.each<[string, Load[], number[]]>([
  [
    'twice at once is one',
    [
      ['t', '192.0.2.1', 'A', 0],
      ['t', '192.0.2.1', 'A', 0],
    ],
    [0, 0],
  ],
  [
    'within two seconds too',
    [
      ['t', '192.0.2.1', 'A', 0],
      ['t', '192.0.2.1', 'A', 1_999],
    ],
    [0, 0],
  ],
  [
    'also where whole seconds lie between',
    [
      ['t', '192.0.2.1', 'A', 1_999],
      ['t', '192.0.2.1', 'A', 2_001],
    ],
    [0, 0],
  ],
  [
    'after them it is another',
    [
      ['t', '192.0.2.1', 'A', 0],
      ['t', '192.0.2.1', 'A', 2_000],
    ],
    [0, 1],
  ],
  [
    'one that goes on and on is one every two seconds',
    [
      ['t', '192.0.2.1', 'A', 0],
      ['t', '192.0.2.1', 'A', 1_500],
      ['t', '192.0.2.1', 'A', 3_000],
      ['t', '192.0.2.1', 'A', 4_500],
    ],
    [0, 0, 2, 2],
  ],
  [
    'another mail',
    [
      ['t', '192.0.2.1', 'A', 0],
      ['u', '192.0.2.1', 'A', 0],
    ],
    [0, 1],
  ],
  [
    'another program',
    [
      ['t', '192.0.2.1', 'A', 0],
      ['t', '192.0.2.1', 'B', 0],
      ['t', '192.0.2.1', undefined, 0],
    ],
    [0, 1, 2],
  ],
  [
    'another network',
    [
      ['t', '192.0.2.1', 'A', 0],
      ['t', '192.0.3.1', 'A', 0],
    ],
    [0, 1],
  ],
  [
    'another machine of it, which the log cannot tell',
    [
      ['t', '192.0.2.1', 'A', 0],
      ['t', '192.0.2.9', 'A', 0],
    ],
    [0, 0],
  ],
  [
    'a clock set back by an hour',
    [
      ['t', '192.0.2.1', 'A', 0],
      ['t', '192.0.2.1', 'A', -3_600_000],
    ],
    [0, 1],
  ],
])('%s', (_name, loads, expected) => {
  expect(events(loads)).toEqual(expected)
})

test('two ingestors agree within whole two seconds', () => {
  const id = (at: number) => new Loads().idOf('t', '192.0.2.1', 'A', START + at)
  expect([id(0), id(1_999)]).toEqual([id(1), id(1)])
  expect(id(2_000)).not.toBe(id(0))
})

test('memory is bounded: by time, and by number', () => {
  const loads = new Loads(100)
  for (let i = 0; i < 1_000; i++) loads.idOf(`t${i}`, '192.0.2.1', 'A', START)
  expect(loads.size).toBe(100)
  loads.idOf('t', '192.0.2.1', 'A', START + REPEATED)
  expect(loads.size).toBe(1)
})

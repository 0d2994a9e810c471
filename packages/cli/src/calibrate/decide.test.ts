import { decide } from './decide.ts'

const links = new Map([
  [
    'v:shared',
    [
      { lead: 'l:ann', at: 10 },
      { lead: 'l:bob', at: 30 },
    ],
  ],
])
const told = (...ends: [at: number, outcome: string][]) =>
  decide(
    ends.map(([at, outcome]) => ({ subject: 'v:shared', outcome, at })),
    links,
    { good: new Set(['won']), from: undefined },
  )

test('an outcome of a browser that went from one to another is of whom it was then', () => {
  const { decided, ended, again } = told([20, 'won'], [40, 'lost'])
  expect(decided).toEqual([
    { subject: 'l:ann', good: true, at: 20 },
    { subject: 'l:bob', good: false, at: 40 },
  ])
  expect([[...ended], again]).toEqual([['l:ann', 'l:bob'], 0])
})

test('one from before it was anybody is of whom its past went to', () => {
  const { decided, ended, again } = told([5, 'lost'], [20, 'won'])
  expect(decided).toEqual([{ subject: 'v:shared', good: false, at: 5 }])
  expect([[...ended], again]).toEqual([['l:ann'], 1])
})

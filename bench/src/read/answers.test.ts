import { partitionOf } from '@hotlead/kafka'
import { judgeLead, judgeList } from './answers.ts'

const ok = (out: string) => ({ code: 0, out, err: '' })
const rebuilding = {
  code: 69,
  out: '',
  err: '{"error":"The scorer is rebuilding partition 3 (it has just begun)."}',
}

test('a lead is what it was, or being rebuilt; all else is wrong, also that there is none', () => {
  const before = '{\n "score": 9\n}'
  expect(judgeLead(ok(before), before)).toBe('right')
  expect(judgeLead(rebuilding, before)).toBe('rebuilding')
  expect(judgeLead(ok('{\n "score": 8\n}'), before)).toEqual({
    wrong: 'was “"score": 9” and is “"score": 8” (line 2)',
  })
  expect(judgeLead({ code: 3, out: '', err: 'knows no lead' }, before)).toEqual({
    wrong: 'ended with 3: knows no lead',
  })
  expect(judgeLead({ code: 69, out: '', err: 'Kafka does not answer' }, before)).toHaveProperty('wrong')
})

test('a list is whole but for the partitions that it names', () => {
  const before = new Map([
    ['v:a', 'HOT'],
    ['v:b', 'HOT'],
    ['v:c', 'COLD'],
  ])
  const list = (leads: string[], without: number[] = []) => ({
    code: without.length > 0 ? 69 : 0,
    out: JSON.stringify({
      leads: leads.map(subject => ({ subject, tier: 'HOT' })),
      rebuilding: without.map(p => `The tiering is rebuilding partition ${p} (it has just begun).`),
    }),
    err:
      without.length > 0
        ? 'The list is without 1 of 8 partitions, which are being rebuilt or not there.'
        : '',
  })
  const judge = (answer: ReturnType<typeof list>) => judgeList(answer, 'HOT', before, 8)
  const partition = partitionOf('demo/v:b', 8)
  expect(judge(list(['v:b', 'v:a', 'v:new']))).toBe('right')
  expect(judge(list(['v:a']))).toEqual({
    wrong: 'is without v:b and does not say that its partition is being rebuilt',
  })
  expect(judge(list(['v:a'], [partition]))).toBe('rebuilding')
  expect(judge(list(['v:a'], [partition + 1]))).toHaveProperty('wrong')
  expect(judge({ ...list(['v:a'], [partition]), code: 0 })).toHaveProperty('wrong')
  expect(judge(list(['v:a', 'v:b', 'v:c']))).toEqual({ wrong: 'lists v:c in HOT, which is in COLD' })
})

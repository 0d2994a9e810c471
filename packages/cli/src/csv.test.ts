import { csvLine } from './csv.ts'

test.each<[(string | number | undefined)[], string]>([
  [['a', 1.5, undefined, ''], 'a,1.5,,'],
  [['a,b', 'say "yes"', 'two\nlines'], '"a,b","say ""yes""","two\nlines"'],
  [['=HYPERLINK("x")', '+1', '-2', '@me'], `"'=HYPERLINK(""x"")",'+1,'-2,'@me`],
  [[-2], '-2'],
])('%j as %s', (cells, line) => expect(csvLine(cells)).toBe(line))

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Attribute, Counted, Sample, Term } from '@hotlead/calibrate'

const FILE = new URL('../../testdata/online-shoppers.csv.gz', import.meta.url)
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'June', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A candidate rule, and where its value stands in a line. */
interface Known {
  term: Term
  of: (cells: readonly string[]) => Counted | Attribute
  pageValue?: true
}

/**
 * What our model would know of a session: sums of what it did, and attributes of who came. The file has means over a
 * session's pages of their bounce rate, exit rate and value; a model that adds up a number of each page view knows
 * their sums, so mean × pages is there beside the mean. The other columns are as they stand.
 */
const KNOWN: readonly Known[] = [
  did('administrative-pages', 'looked at account pages', c => Number(c[0])),
  did('administrative-seconds', 'stayed on account pages for seconds', c => Number(c[1])),
  did('information-pages', 'looked at information pages', c => Number(c[2])),
  did('information-seconds', 'stayed on information pages for seconds', c => Number(c[3])),
  did('product-pages', 'looked at product pages', c => Number(c[4])),
  did('product-seconds', 'stayed on product pages for seconds', c => Number(c[5])),
  did('bounce-rates', 'saw pages with bounce rates', c => Number(c[6]) * pagesOf(c)),
  did('exit-rates', 'saw pages with exit rates', c => Number(c[7]) * pagesOf(c)),
  { ...did('page-values', 'saw pages of a value', c => Number(c[8]) * pagesOf(c)), pageValue: true },
  is('bounceRate', 'brackets', 6),
  is('exitRate', 'brackets', 7),
  { ...is('pageValue', 'brackets', 8), pageValue: true },
  is('specialDay', 'brackets', 9),
  is('month', 'table', 10),
  is('operatingSystem', 'table', 11),
  is('browser', 'table', 12),
  is('region', 'table', 13),
  is('trafficType', 'table', 14),
  is('visitorType', 'table', 15),
  is('weekend', 'table', 16),
]

function pagesOf(cells: readonly string[]): number {
  return Number(cells[0]) + Number(cells[2]) + Number(cells[4])
}

function did(signal: string, deed: string, of: Known['of']): Known {
  return { term: { kind: 'count', signal, deed, shape: 'brackets' }, of }
}

function is(attribute: string, shape: 'table' | 'brackets', column: number): Known {
  const of = (cells: readonly string[]) => (shape === 'table' ? cells[column] : Number(cells[column]))
  return { term: { kind: 'attribute', attribute, shape }, of }
}

/**
 * 12,330 sessions, in the order of the file. The file knows no more of a session's time than its month, so a session
 * is taken to be at the start of it; the year is any.
 */
export function shoppers(pageValues: boolean): { terms: readonly Term[]; samples: Sample[] } {
  const known = KNOWN.filter(k => pageValues || !k.pageValue)
  const lines = gunzipSync(readFileSync(FILE)).toString('utf8').trim().split(/\r?\n/)
  const samples = lines.map(line => {
    const cells = line.split(',')
    const at = Date.UTC(2017, MONTHS.indexOf(cells[10] as string))
    return { outcome: cells[17] === 'TRUE', at, factsUntil: at, values: known.map(k => k.of(cells)) }
  })
  return { terms: known.map(k => k.term), samples }
}

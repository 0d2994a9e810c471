import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Attribute, Counted, Sample, Term } from '@hotlead/calibrate'

const FILE = new URL('../../testdata/online-shoppers.csv.gz', import.meta.url)
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'June', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A column of the file, as our model would know it: sums of what a session did, and attributes of who came. */
const COLUMNS: readonly Term[] = [
  did('administrative-pages', 'looked at account pages'),
  did('administrative-seconds', 'stayed on account pages for seconds'),
  did('information-pages', 'looked at information pages'),
  did('information-seconds', 'stayed on information pages for seconds'),
  did('product-pages', 'looked at product pages'),
  did('product-seconds', 'stayed on product pages for seconds'),
  is('bounceRate', 'brackets'),
  is('exitRate', 'brackets'),
  did('page-value', 'saw pages of a value'),
  is('specialDay', 'brackets'),
  is('month', 'table'),
  is('operatingSystem', 'table'),
  is('browser', 'table'),
  is('region', 'table'),
  is('trafficType', 'table'),
  is('visitorType', 'table'),
  is('weekend', 'table'),
]
const PAGE_VALUES = 8

function did(signal: string, deed: string): Term {
  return { kind: 'count', signal, deed, shape: 'brackets' }
}

function is(attribute: string, shape: 'table' | 'brackets'): Term {
  return { kind: 'attribute', attribute, shape }
}

/**
 * 12,330 sessions, in the order of the file. The file knows no more of a session's time than its month, so a session
 * is taken to be at the start of it; the year is any.
 */
export function shoppers(pageValues: boolean): { terms: readonly Term[]; samples: Sample[] } {
  const kept = COLUMNS.flatMap((_, i) => (pageValues || i !== PAGE_VALUES ? [i] : []))
  const lines = gunzipSync(readFileSync(FILE)).toString('utf8').trim().split(/\r?\n/)
  const samples = lines.map(line => {
    const cells = line.split(',')
    const at = Date.UTC(2017, MONTHS.indexOf(cells[10] as string))
    const values = kept.map(i => valueOf(COLUMNS[i] as Term, cells[i] as string))
    return { outcome: cells[17] === 'TRUE', at, factsUntil: at, values }
  })
  return { terms: kept.map(i => COLUMNS[i] as Term), samples }
}

function valueOf(term: Term, cell: string): Counted | Attribute {
  return term.shape === 'table' ? cell : Number(cell)
}

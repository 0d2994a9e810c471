import type { EventType } from '../../beacon.ts'
import { MAX_NAME_CHARS } from '../../limits.ts'
import { type JsonObject, text } from '../json.ts'
import type { Fields } from './fields.ts'
import { isSnowplows, known } from './known.ts'
import { unstruct } from './selfDescribing.ts'

/** What an event is, in our shape; who did it and when is the same for all kinds. */
export interface Happened {
  type: EventType
  event?: string | undefined
  name?: string | undefined
  properties?: JsonObject
  traits?: JsonObject
  /** Of a self-describing event. */
  schema?: string
}

type Read = (fields: Fields) => Happened | undefined

/** By `e`. https://docs.snowplow.io/docs/sources/trackers/snowplow-tracker-protocol/ */
const KINDS = new Map<string, Read>([
  ['pv', fields => ({ type: 'page', name: fields.text('page')?.slice(0, MAX_NAME_CHARS) })],
  ['pp', pagePing],
  ['se', structured],
  ['ue', selfDescribed],
  ['tr', transaction],
  ['ti', transactionItem],
])

/** Undefined where the fields say why. */
export function happened(fields: Fields): Happened | undefined {
  const e = fields.text('e')
  const read = KINDS.get(e ?? '')
  return read ? read(fields) : fields.wrong('e', `must be one of ${[...KINDS.keys()].join(', ')}`, e)
}

/** That a page is still being read: every so many seconds of activity, as the site has set its tracker. */
function pagePing(fields: Fields): Happened {
  // Trackers leave a 0 out.
  const furthest = fields.number('pp_may') ?? 0
  const [page, view] = [fields.size('ds'), fields.size('vp')]
  return {
    type: 'track',
    event: 'Page Engaged',
    properties: {
      // How far down the page was seen, in percent of it.
      scroll:
        typeof furthest === 'number' && page && page.height > 0 && view
          ? Math.min(100, Math.max(0, Math.round(((furthest + view.height) / page.height) * 100)))
          : undefined,
    },
  }
}

function structured(fields: Fields): Happened {
  return {
    type: 'track',
    event: fields.required('se_ac'),
    properties: {
      category: fields.text('se_ca'),
      label: fields.text('se_la'),
      property: fields.text('se_pr'),
      value: fields.number('se_va'),
    },
  }
}

/** The names of the properties are those of Segment's e-commerce events. */
function transaction(fields: Fields): Happened {
  return {
    type: 'track',
    event: 'Order Completed',
    properties: {
      order_id: fields.text('tr_id'),
      affiliation: fields.text('tr_af'),
      total: fields.number('tr_tt'),
      tax: fields.number('tr_tx'),
      shipping: fields.number('tr_sh'),
      currency: fields.text('tr_cu'),
      city: fields.text('tr_ci'),
      state: fields.text('tr_st'),
      country: fields.text('tr_co'),
    },
  }
}

function transactionItem(fields: Fields): Happened {
  return {
    type: 'track',
    event: 'Order Item',
    properties: {
      order_id: fields.text('ti_id'),
      sku: fields.text('ti_sk'),
      name: fields.text('ti_nm'),
      category: fields.text('ti_ca'),
      price: fields.number('ti_pr'),
      quantity: fields.number('ti_qu'),
      currency: fields.text('ti_cu'),
    },
  }
}

function selfDescribed(fields: Fields): Happened | undefined {
  const said = unstruct(fields)
  if (said === undefined) return undefined
  const { schema, vendor, name, data } = said
  if (name === 'identify') return { type: 'identify', traits: data, schema }
  if (name === 'screen_view' && isSnowplows(vendor))
    return { type: 'screen', name: text(data.name)?.slice(0, MAX_NAME_CHARS), properties: data, schema }
  const ours = known(said)
  return { type: 'track', event: ours?.name ?? name, properties: ours?.properties?.(data) ?? data, schema }
}

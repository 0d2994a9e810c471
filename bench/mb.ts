import { Codec, type Activity, type Score } from '@hotlead/contracts'
import { parseModel } from '@hotlead/model'
import { readFileSync } from 'node:fs'
import { scoring } from '../services/scorer/src/scoring.ts'
import { scorerTopology } from '../services/scorer/src/topology.ts'
import { fold } from '../packages/stream/src/fold.ts'
import { Timers } from '../packages/stream/src/timers.ts'
import { population } from './src/traffic/population.ts'
const parsed = parseModel(readFileSync('models/default.yaml','utf8'))
if (!parsed.ok) throw new Error('model')
const model = parsed.model
const models = { get: () => model, need: () => model, refresh: async()=>{} }
const codecs = { activity: new Codec<Activity>('activity', 1), scores: new Codec<Score>('scores', 2) }
const topology = scorerTopology({ codecs, models, topics: {activity:'a',scores:'s'} } as never, '')
const P = scoring(models as never)
const events = Number(process.env.N ?? 200000), leads = events/20
const now = Date.now()
const recs: {key:string,value:Buffer}[] = []
for (const {key,value} of population({events, leads, end: now, secret:'x'})) recs.push({key, value: codecs.activity.encode(value)})
const memory = { states: new Map(), timers: new Timers(), clock: 0 }
memory.states.set('#', { offset: 0, clock: now, model:'', cause:'time', millipoints:0, contributions:[], lead:null, models:{demo:model.version} })
const t = { decode:0, fold:0, encode:0, entries:0 }
let own = 0, bytes = 0
const cpu = () => { const c = process.cpuUsage(); return (c.user+c.system)/1000 }
const B = 2000
const c00 = cpu()
for (let i=0;i<recs.length;i+=B) {
  const c0=cpu()
  const inputs = recs.slice(i,i+B).map((r,j)=>({key:r.key, offset:i+j+1, timestamp: now + Math.floor(i/20000)*1000, value: topology.wire.decode(r.value)}))
  const c1=cpu()
  const f = fold(P as never, memory as never, inputs as never, -1) as never as {own:{key:string,value:Score}[], changed: Map<string, unknown>}
  const c2=cpu()
  for (const o of f.own) { const r = topology.wire.ownRecord(o.key, o.value); bytes += r.value!.length; own++ }
  const c3=cpu()
  t.decode+=c1-c0; t.fold+=c2-c1; t.encode+=c3-c2
}
const total = cpu()-c00
console.log(`events ${events} own ${own} (${Math.round(bytes/own)} B)  µs/event: total ${(total*1000/events).toFixed(1)} decode ${(t.decode*1000/events).toFixed(1)} fold ${(t.fold*1000/events).toFixed(1)} encode ${(t.encode*1000/events).toFixed(1)}`)

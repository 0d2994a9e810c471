/** A V8 CPU profile, as `node --cpu-prof` writes it. Times in µs of the monotonic clock. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  startTime: number
  samples: number[]
  timeDeltas: number[]
}

export interface Cost {
  name: string
  /** Of the busy time, 0 to 1. */
  share: number
}

/** Samples of these are the process waiting for something to do. */
const IDLE = new Set(['(idle)', '(root)'])

/**
 * Self time by function and by place (package of ours, package of others, Node's own modules), largest first.
 * @param from, to µs: what lies outside is left out
 */
export function costs(
  profile: CpuProfile,
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): { busy: number; functions: Cost[]; places: Cost[] } {
  const nodes = new Map(profile.nodes.map(n => [n.id, n.callFrame]))
  const functions = new Map<string, number>()
  const places = new Map<string, number>()
  let time = profile.startTime
  let total = 0
  let busy = 0
  profile.samples.forEach((id, i) => {
    const delta = profile.timeDeltas[i] ?? 0
    time += delta
    const frame = nodes.get(id)
    if (!frame || time < from || time > to) return
    total += delta
    if (IDLE.has(frame.functionName)) return
    busy += delta
    const place = placeOf(frame.url)
    const own = frame.functionName || '(anonymous)'
    const name = frame.url === '' ? own : `${own}  ${place}:${frame.lineNumber + 1}`
    functions.set(name, (functions.get(name) ?? 0) + delta)
    const group = frame.url === '' ? builtIn(own) : groupOf(place)
    places.set(group, (places.get(group) ?? 0) + delta)
  })
  return {
    busy: total === 0 ? 0 : busy / total,
    functions: sorted(functions, busy),
    places: sorted(places, busy),
  }
}

function sorted(times: Map<string, number>, busy: number): Cost[] {
  return [...times].map(([name, time]) => ({ name, share: time / busy })).sort((a, b) => b.share - a.share)
}

const ROOT = new URL('../../../', import.meta.url).href

/** A file as people know it: from its package on, or from the project's folders. */
export function placeOf(url: string): string {
  const dependency = /.*\/node_modules\/(.+)$/.exec(url)?.[1]
  if (dependency) return dependency
  return url.startsWith(ROOT) ? url.slice(ROOT.length) : url
}

/** What has no file: V8's own, Node's C++, and what avsc generates by `new Function` for each record type. */
function builtIn(name: string): string {
  if (name.startsWith('(')) return name
  return /^(read|write|skip|copy|check)[A-Z]/.test(name) && !NATIVE.has(name)
    ? 'avsc (code that it generates)'
    : 'node (C++: strings, buffers, sockets)'
}
const NATIVE = new Set(['writeBuffer', 'writeUtf8String', 'writeLatin1String', 'readStart', 'readStop'])

/** Files of others count for their package, Node's for Node, ours each for itself. */
function groupOf(place: string): string {
  if (place.startsWith('node:')) return 'node (its own JavaScript)'
  if (/^(services|packages)\//.test(place)) return place
  return place.split('/', place.startsWith('@') ? 2 : 1).join('/')
}

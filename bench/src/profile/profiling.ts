import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cost, type CpuProfile, costs } from './costs.ts'

const folders = new Map<string, string>()

/** Environment that makes a service write a CPU profile when it ends. */
export function profiling(service: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), `hotlead-profile-${service}-`))
  folders.set(service, folder)
  mkdirSync(folder, { recursive: true })
  return { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` }
}

export interface ProfileOf {
  service: string
  /** Share of the time that the process was busy, 0 to 1. */
  busy: number
  functions: Cost[]
  places: Cost[]
}

/**
 * Reads what a service wrote that has ended since.
 * @param from monotonic ms: samples outside [from, to] are left out (start, warm-up, leaving)
 */
export function takeProfile(service: string, from: number, to: number): ProfileOf | undefined {
  const folder = folders.get(service)
  const file = folder && readdirSync(folder).find(f => f.endsWith('.cpuprofile'))
  if (!folder || !file) return undefined
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile
  rmSync(folder, { recursive: true })
  folders.delete(service)
  return { service, ...costs(profile, from * 1000, to * 1000) }
}

/** The costs as lines for the terminal. */
export function describeProfile({ service, busy, functions, places }: ProfileOf): string {
  const line = ({ name, share }: Cost) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`
  return [
    `${service}: busy ${(busy * 100).toFixed(0)} % of the time; of that, by function itself:`,
    ...functions.slice(0, 20).map(line),
    'and by package or file:',
    ...places.slice(0, 12).map(line),
  ].join('\n')
}

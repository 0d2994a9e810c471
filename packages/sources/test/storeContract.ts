import { deny } from '@hotlead/beacon'
import { until } from '@hotlead/testkit'
import { withKey, withoutKey } from '../src/edits.ts'
import { digestOf } from '../src/key.ts'
import { LiveSources } from '../src/liveSources.ts'
import type { Settings } from '../src/settings.ts'
import { change, type SourceStore } from '../src/store.ts'

/** One store under test with nothing in it, and what may happen to it. */
export interface Trial {
  store: SourceStore
  /** The same store for another process. */
  other(): SourceStore
  /** Makes what is in it nonsense; the returned call puts back what was there. */
  spoil(): Promise<() => Promise<void>>
  /** Makes it not answer; the returned call brings it back as it was. */
  away(): Promise<() => Promise<void>>
  close(): Promise<void>
}

const ONE: Settings = {
  workspaces: [
    {
      name: 'acme',
      eventsPerSecond: 2_000,
      sources: [
        {
          name: 'site',
          origins: ['https://www.acme.example'],
          names: { hs_form_submit: 'Form Submitted' },
          eventsPerSecond: 50,
          burst: 700,
          privacy: { redact: ['properties.phone'], gpc: 'drop', consent: 'analytics' },
          keys: [
            { kind: 'write', digest: digestOf('wk_one'), last4: '_one', created: '2026-11-24T09:30:00Z' },
            {
              kind: 'secret',
              digest: digestOf('sk_one'),
              note: 'of the CRM',
              expires: '2027-01-01T00:00:00Z',
            },
          ],
        },
      ],
    },
  ],
}

const added =
  (key: string, source = 'site') =>
  (settings: Settings) => ({
    settings: withKey(settings, { workspace: 'acme', source, key: { kind: 'write', digest: digestOf(key) } }),
    result: key,
  })
const revoked = (key: string) => (settings: Settings) => ({
  settings: withoutKey(settings, digestOf(key)),
  result: key,
})

/** What every store must do: the same statements hold for a file and for Redis. */
export function storeContract(open: () => Promise<Trial>): void {
  let trial: Trial
  const live: LiveSources[] = []
  const said: string[] = []
  const say = (first: unknown, second?: string) => void said.push(second ?? String(first))
  const log = { info: say, warn: say, error: say }
  beforeEach(async () => {
    said.length = 0
    trial = await open()
  })
  afterEach(async () => {
    for (const one of live.splice(0)) one.close()
    await trial.close()
  })

  /** Sources as an ingestor has them, of a store that holds `ONE`. */
  async function opened(): Promise<LiveSources> {
    await trial.store.write(ONE, undefined)
    const sources = await LiveSources.open(trial.other(), { log, every: 50 })
    live.push(sources)
    return sources
  }
  const knows = (sources: LiveSources, key: string) =>
    until(
      () => sources.find(key),
      found => found !== undefined,
    )
  const forgets = (sources: LiveSources, key: string) =>
    until(
      () => sources.find(key),
      found => found === undefined,
    )

  test('nothing is there: no mark, nothing to read, and no start', async () => {
    expect([await trial.store.mark(), await trial.store.read()]).toEqual([undefined, undefined])
    await expect(LiveSources.open(trial.store, { log, every: 5 })).rejects.toThrow(
      /holds no sources: `hotlead key create` makes the first key/,
    )
  })

  test('what is written is read back, and its mark stays until it changes', async () => {
    expect(await trial.store.write(ONE, undefined)).toBe(true)
    const held = await trial.store.read()
    expect(held?.settings).toEqual(ONE)
    // A file's mark is said once two looks agree.
    await until(() => trial.store.mark(), Boolean)
    const mark = await trial.store.mark()
    expect(await trial.store.mark()).toBe(mark)
    await change(trial.other(), added('wk_two'))
    await until(
      () => trial.store.mark(),
      now => now !== mark,
    )
    expect((await trial.store.read())?.version).not.toBe(held?.version)
  })

  test('a write over what somebody else has written since is refused, and nothing of it is there', async () => {
    await trial.store.write(ONE, undefined)
    const before = await trial.store.read()
    await change(trial.other(), added('wk_two'))
    const now = await trial.store.read()
    expect(await trial.store.write({ workspaces: [] }, before?.version)).toBe(false)
    expect(await trial.store.write({ workspaces: [] }, undefined)).toBe(false)
    expect(await trial.store.read()).toEqual(now)
  })

  test('twenty changes at once: every one of them is there', async () => {
    const keys = Array.from({ length: 20 }, (_, i) => `wk_${i}`)
    // Ten processes' worth of attempts would not do for the last of twenty, so each goes on until it is through.
    const insistent = async (key: string) => {
      for (;;) {
        const done = await change(trial.other(), added(key)).catch(() => undefined)
        if (done !== undefined) return
      }
    }
    await Promise.all(keys.map(insistent))
    const held = await trial.store.read()
    expect(held?.settings.workspaces[0]?.sources[0]?.keys?.map(k => k.digest).sort()).toEqual(
      keys.map(digestOf).sort(),
    )
  })

  test('a key is found with what it allows, whoever asks for another finds nothing', async () => {
    const sources = await opened()
    expect(sources.find('wk_one')).toEqual({
      source: {
        workspace: 'acme',
        name: 'site',
        key: digestOf('wk_one').slice(7, 19),
        secret: false,
        origins: new Set(['https://www.acme.example']),
        names: new Map([['hs_form_submit', 'Form Submitted']]),
        limits: { key: { rate: 50, burst: 700 }, workspace: { rate: 2_000, burst: 20_000 } },
        privacy: {
          deny: deny(['properties.phone']),
          gpc: 'drop',
          dnt: 'ignore',
          consent: { category: 'analytics', missing: 'count' },
        },
      },
      expires: undefined,
    })
    expect(sources.find('sk_one')).toMatchObject({
      source: { secret: true, origins: new Set(), limits: { key: undefined } },
      expires: Date.UTC(2027, 0, 1),
    })
    expect([sources.find(digestOf('wk_one')), sources.find(''), sources.find('wk_two')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect([
      sources.knowsOrigin('https://www.acme.example'),
      sources.knowsOrigin('https://acme.example'),
    ]).toEqual([true, false])
  })

  test('a key that is created works, and one that is revoked does not, without a restart', async () => {
    const sources = await opened()
    await change(trial.store, added('wk_two'))
    await knows(sources, 'wk_two')
    expect(sources.find('wk_one')).toBeDefined()
    await change(trial.store, revoked('wk_one'))
    await forgets(sources, 'wk_one')
    expect(sources.find('wk_two')).toBeDefined()
    expect(sources.behind).toBeLessThan(60)
    expect(new Set(said)).toEqual(new Set([expect.stringMatching(/has changed$/)]))
  })

  test('nonsense in it: what is known goes on, the log says so once and what is wrong, and it mends itself', async () => {
    const sources = await opened()
    const mend = await trial.spoil()
    await until(
      () => said,
      lines => lines.length > 0,
    )
    const behind = sources.behind
    await until(
      () => sources.behind,
      now => now > behind + 0.5,
    )
    expect(said).toEqual([expect.stringMatching(/ is broken \(.*keys that are known go on working/)])
    expect(sources.find('wk_one')).toBeDefined()
    await mend()
    await until(
      () => said.at(-1),
      line => /is as it should be again$/.test(line ?? ''),
    )
    await change(trial.store, added('wk_two'))
    await knows(sources, 'wk_two')
  })

  test('away: what is known goes on, and what was changed meanwhile counts when it is back', async () => {
    const sources = await opened()
    const back = await trial.away()
    await until(
      () => said,
      lines => lines.some(line => /keys that are known go on working/.test(line)),
    )
    expect(sources.find('wk_one')).toBeDefined()
    await back()
    await change(trial.store, revoked('wk_one'))
    await forgets(sources, 'wk_one')
    await until(
      () => sources.behind,
      seconds => seconds < 1,
    )
  })

  test('500 workspaces with 2,000 keys', async () => {
    const many: Settings = {
      workspaces: Array.from({ length: 500 }, (_, w) => ({
        name: `w${String(w).padStart(4, '0')}`,
        sources: [
          {
            name: 's',
            keys: Array.from({ length: 4 }, (_, k) => ({
              kind: 'write' as const,
              digest: digestOf(`wk_${w}_${k}`),
              created: '2026-11-24T09:30:00Z',
            })),
          },
        ],
      })),
    }
    expect(await trial.store.write(many, undefined)).toBe(true)
    expect((await trial.store.read())?.settings).toEqual(many)
    const sources = await LiveSources.open(trial.other(), { log, every: 50 })
    live.push(sources)
    expect(sources.find('wk_499_3')?.source.workspace).toBe('w0499')
  })
}

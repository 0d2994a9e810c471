import type { Patch } from './mutant.ts'

/** A product with one of its checks off, and what is then wrong with it. A suite that does not notice is blind. */
export interface Control {
  /** What this check keeps from happening. */
  why: string
  /** The checker's statements, by how they begin, of which one is violated without it. */
  breaks: readonly string[]
  patches: readonly Patch[]
}

const LUA = 'packages/stream/src/lua/'
/** What follows a stamp’s slash. */
const NUMBER = '[^/]*$'
const MEMORY = 'packages/stream/src/memory.ts'
const CHECK = 'return there === named'

/** The scripts with another comparison of stamps, and the store in memory with the same one. */
function comparing(part: string | undefined, memory: string): Patch[] {
  const of = (stamp: string) => (part === undefined ? '0' : `string.match(${stamp} or '', '${part}')`)
  const refusal = { find: 'if stamp ~= ARGV[1] then', replace: `if ${of('stamp')} ~= ${of('ARGV[1]')} then` }
  const reading = {
    find: "if redis.call('HGET', KEYS[1], 'stamp') ~= ARGV[1] then",
    replace: `if ${of("(redis.call('HGET', KEYS[1], 'stamp') or '')")} ~= ${of('ARGV[1]')} then`,
  }
  const taking = {
    find: 'if stamp ~= ARGV[1] and stamp ~= ARGV[2] then',
    replace: `if ${of('stamp')} ~= ${of('ARGV[1]')} and ${of('stamp')} ~= ${of('ARGV[2]')} then`,
  }
  const repeated = {
    find: 'if stamp == ARGV[2] then return 2 end',
    replace: `if ${of('stamp')} == ${of('ARGV[2]')} and stamp ~= ARGV[1] then return 2 end`,
  }
  const number =
    part === NUMBER ? [`${LUA}commit.lua`, `${LUA}wipe.lua`].map(file => ({ file, ...repeated })) : []
  return [
    ...number,
    { file: `${LUA}commit.lua`, ...refusal },
    { file: `${LUA}wipe.lua`, ...refusal },
    { file: `${LUA}read.lua`, ...reading },
    { file: `${LUA}take.lua`, ...taking },
    { file: MEMORY, find: CHECK, replace: memory },
  ]
}

/** Every negative control: simulation and chaos must fail with each. */
export const CONTROLS = {
  stamp: {
    why: 'nothing is compared before Redis is read or written: a zombie’s commit counts',
    breaks: ['G2', 'G4'],
    patches: comparing(undefined, 'return true'),
  },
  position: {
    why: 'the token alone is compared: an owner does not notice that Redis fell back under it',
    breaks: ['G2', 'G4'],
    patches: comparing('^[^/]*', "return there.split('/')[0] === named.split('/')[0]"),
  },
  token: {
    why: 'the number of the write alone is compared: another owner’s state is taken for the own',
    breaks: ['G2', 'G4'],
    patches: comparing(NUMBER, "return there.split('/')[1] === named.split('/')[1]"),
  },
  fence: {
    why: 'an earlier owner can go on publishing',
    breaks: ['G2', 'G4'],
    patches: [
      {
        file: 'packages/stream/src/kafkaLog.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: text of sources
        find: 'FencedProducer.fence(kafka, `${id}-${partition}`, own',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: text of sources
        replace: 'FencedProducer.fence(kafka, `${id}-${partition}-${process.pid}-${performance.now()}`, own',
      },
      {
        file: MEMORY,
        find: "if (o.epoch < (epochs.get(o.name) ?? 0)) throw new OwnershipLostError('fenced by a newer owner')",
        replace: '',
      },
    ],
  },
  'highest-seen': {
    why: 'what a visitor’s partition sends on twice counts twice',
    breaks: ['G2', 'merges'],
    patches: [
      {
        file: 'packages/processors/src/scorer/steps/via.ts',
        find: 'return mark !== undefined && mark.offset >= via.offset',
        replace: 'return mark === null',
      },
      {
        file: 'packages/stream/test/toys.ts',
        find: '    if (via && (state?.seen?.[via.key] ?? -1) >= via.offset) return { state }\n',
        replace: '',
      },
    ],
  },
  'publish-after-commit': {
    why: 'a crash between the two loses outputs',
    breaks: ['G2', 'G4', 'merges'],
    patches: [
      {
        file: 'packages/stream/src/owner.ts',
        find: `    await this.#writer.publish(folded)
    if (FAILPOINTS) await failpoint('publish.done')`,
        replace: "    if (FAILPOINTS) await failpoint('publish.done')",
      },
      {
        file: 'packages/stream/src/owner.ts',
        find: '    await this.#writer.commit(folded, next)\n',
        replace: '    await this.#writer.commit(folded, next)\n    await this.#writer.publish(folded)\n',
      },
    ],
  },
  announced: {
    why: 'what an earlier owner published after its last commit is published again',
    breaks: ['G4'],
    patches: [
      {
        file: 'packages/stream/src/acquire.ts',
        find: 'processor.note ? Math.max(position.announced, newestSource) : -1',
        replace: '-1',
      },
    ],
  },
  'changelog-wins': {
    why: 'the refold’s own idea of a key’s past wins over what `tiers` says was published',
    breaks: ['G2', 'G4'],
    patches: [
      {
        file: 'packages/stream/src/adopt.ts',
        find: '      after.set(r.key, processor.adopt',
        replace: '      if (!processor.note) after.set(r.key, processor.adopt',
      },
    ],
  },
} as const satisfies Record<string, Control>

export type ControlName = keyof typeof CONTROLS

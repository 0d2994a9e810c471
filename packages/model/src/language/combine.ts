import { nearest } from './nearest.ts'
import { kindOf, type Path, type Problem } from './problem.ts'
import { SECTIONS } from './sections.ts'
import { type Content, readYaml } from './yaml.ts'

/** Gives the text of a file that a model extends, by the name it is given there; undefined where there is none. */
export type Files = (name: string, from: string) => { file: string; source: string } | undefined

/** A model of several files is at most so many of them, each below the one that extends it. */
const MOST_FILES = 20

const MAPS = ['signals', 'groups', 'scores', 'segments']
const LISTS = ['rules', 'phases', 'suppress', 'tiers']

type Group = Record<string, unknown>
/** One file of several, and the sections of which a file that extends it wants nothing. */
interface Part {
  content: Content
  without: Set<unknown>
}
/** Where a part of the whole comes from. */
interface Origin {
  content: Content
  path: Path
}

/**
 * A model with all that it extends. Maps are joined by their keys and lists by their entries' names (of a rule, else its
 * signal); everything else is replaced. What stands in the file itself wins, then the later of those it extends; an entry
 * keeps its first place. Of a section that it `replaces` nothing is taken from what it extends.
 */
export function readCombined(
  source: string,
  file: string,
  files: Files,
): (Content & { extended: string[] }) | { problems: Problem[] } {
  const extended: string[] = []
  const problems: Problem[] = []
  const parts: Part[] = []

  const visit = (text: string, name: string, above: readonly string[]): void => {
    const content = readYaml(text, name)
    if ('problems' in content) {
      problems.push(...content.problems)
      return
    }
    const list = isGroup(content.value) ? content.value.extends : undefined
    const bases = Array.isArray(list) ? list : list === undefined ? [] : [list]
    const first = parts.length
    for (const [i, base] of bases.entries()) {
      const path = Array.isArray(list) ? ['extends', i] : ['extends']
      if (typeof base !== 'string' || base === '') {
        problems.push(content.problem(path, `expected a file’s name, found ${kindOf(base)}`))
        continue
      }
      const found = files(base, name)
      if (!found) problems.push(content.problem(path, `there is no file “${base}” beside this one`))
      else if (above.includes(found.file))
        problems.push(content.problem(path, `“${base}” extends this file itself`))
      else if (extended.length >= MOST_FILES)
        problems.push(content.problem(path, `a model is of at most ${MOST_FILES} files`))
      else {
        extended.push(found.file)
        visit(found.source, found.file, [...above, found.file])
      }
    }
    for (const section of replacedBy(content, problems))
      for (const part of parts.slice(first)) part.without.add(section)
    parts.push({ content, without: new Set() })
  }
  visit(source, file, [file])
  if (problems.length > 0) return { problems }
  const own = (parts.at(-1) as Part).content
  return parts.length === 1 ? { ...own, extended } : { ...join(parts, own), extended }
}

/** Sections of which a file takes nothing from those that it extends. A misspelt one would quietly let them in. */
function replacedBy(content: Content, problems: Problem[]): unknown[] {
  const given = isGroup(content.value) ? content.value.replaces : undefined
  if (given === undefined) return []
  const names = Array.isArray(given) ? given : [given]
  if ((content.value as Group).extends === undefined)
    problems.push(
      content.problem(
        ['replaces'],
        'this model extends no file, so it replaces nothing: leave it out, or say what it extends',
      ),
    )
  for (const [i, name] of names.entries()) {
    if ((SECTIONS as readonly unknown[]).includes(name)) continue
    const near = nearest(String(name), SECTIONS)
    problems.push(
      content.problem(
        Array.isArray(given) ? ['replaces', i] : ['replaces'],
        `expected ${SECTIONS.join(', ')}, found ${kindOf(name)}${near ? `; did you mean “${near}”?` : ''}`,
      ),
    )
  }
  return names
}

function join(parts: readonly Part[], own: Content): Content {
  const value: Group = {}
  const origins = new Map<string, Origin>()
  for (const { content, without } of parts) {
    // What is no group of settings is told by the check of the whole.
    if (!isGroup(content.value)) return content
    for (const [section, given] of Object.entries(content.value)) {
      if (without.has(section)) continue
      const known = value[section]
      if (MAPS.includes(section) && isGroup(given) && (known === undefined || isGroup(known))) {
        const entries = { ...(known ?? {}) }
        for (const [key, entry] of Object.entries(given)) {
          entries[key] = entry
          origins.set(`${section} ${key}`, { content, path: [section, key] })
        }
        value[section] = entries
      } else if (
        LISTS.includes(section) &&
        Array.isArray(given) &&
        (known === undefined || Array.isArray(known))
      ) {
        const entries = [...(known ?? [])]
        // Only of other files: two of one name in the same file are a mistake, which the check of the whole tells.
        const others = entries.length
        const own = new Set<number>()
        for (const [i, entry] of given.entries()) {
          const same = entries.findIndex(
            (e, j) => j < others && !own.has(j) && nameOf(e) !== undefined && nameOf(e) === nameOf(entry),
          )
          const at = same < 0 ? entries.length : same
          entries[at] = entry
          own.add(at)
          origins.set(`${section} ${at}`, { content, path: [section, i] })
        }
        value[section] = entries
      } else if (section !== 'extends' && section !== 'replaces') {
        value[section] = given
        origins.set(section, { content, path: [section] })
      }
    }
  }
  return {
    value,
    problem(path, message) {
      const [section, entry] = path
      const inner = origins.get(`${String(section)} ${String(entry)}`)
      const outer = origins.get(String(section))
      if (inner) return inner.content.problem([...inner.path, ...path.slice(2)], message)
      return (outer?.content ?? own).problem(path, message)
    },
  }
}

function isGroup(v: unknown): v is Group {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

function nameOf(entry: unknown): unknown {
  return isGroup(entry) ? (entry.name ?? entry.signal) : undefined
}

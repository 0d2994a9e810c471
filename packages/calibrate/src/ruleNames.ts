import type { Term } from './design.ts'

/**
 * What a rule must be called beside others: undefined where the name of its signal or attribute does. Two rules of one
 * signal need names of their own, and none may be called as limits are.
 * @param taken names of the rules before; this one's is added
 */
export function nameFor(term: Term, taken: Set<string>): string | undefined {
  const plain = term.kind === 'count' ? term.signal : term.attribute
  const wanted = (term.kind === 'count' ? term.name : undefined) ?? plain
  let name = wanted
  for (let k = 2; taken.has(name) || name === 'limit' || name.startsWith('limit of '); k++)
    name = `rule ${k} of ${wanted.replaceAll(/[^\w -]/g, '-')}`.slice(0, 64)
  taken.add(name)
  return name === plain ? undefined : name
}

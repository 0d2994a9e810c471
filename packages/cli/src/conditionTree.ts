import type { Condition as Shown } from '@hotlead/contracts'
import type { Condition } from '@hotlead/model'
import { conditionLine } from './conditionLines.ts'
import type { Style } from './terminal.ts'

/** `least` of the parts must hold: all of them, or one. */
type Node = { leaf: Shown } | { least: number; of: Node[] }

/**
 * A tier's condition with the value of each leaf, as an indented tree. `explain` gives the leaves in the order of the
 * tree, what stands under a `not` already turned round; so `not any of` reads here as all of the opposites.
 */
export function treeLines(
  condition: Condition,
  leaves: readonly Shown[],
  style: (style: Style, text: string) => string,
): string[] {
  let at = 0
  const build = (c: Condition, negated: boolean): Node => {
    if (c.kind === 'not') return build(c.of, !negated)
    if (c.kind === 'segment') return build(c.of, negated)
    if (c.kind !== 'all' && c.kind !== 'any' && c.kind !== 'atLeast') return { leaf: leaves[at++] as Shown }
    const of = c.of.map(part => build(part, negated))
    const least = c.kind === 'all' ? of.length : c.kind === 'any' ? 1 : c.least
    // Not (at least k of n hold): at least n − k + 1 of their opposites do.
    return { least: negated ? of.length - least + 1 : least, of }
  }
  const root = build(condition, false)
  // All of the lines that follow is how a list reads anyway.
  const parts = 'leaf' in root || root.least < root.of.length ? [root] : root.of
  const wide = Math.max(...parts.map(part => widest(part, 0)))
  return parts.flatMap(part => lines(part, 0, wide, style))
}

function lines(
  node: Node,
  depth: number,
  wide: number,
  style: (style: Style, text: string) => string,
): string[] {
  const indent = '  '.repeat(depth)
  if ('leaf' in node) return [`  ${indent}${conditionLine(node.leaf, wide - 2 * depth, style)}`]
  return [
    `  ${indent}${mark(holds(node), style)} ${leastWords(node.least, node.of.length)} of`,
    ...node.of.flatMap(part => lines(part, depth + 1, wide, style)),
  ]
}

/** How many of so many parts must hold, in the model file's word. */
function leastWords(least: number, parts: number): string {
  if (least === parts) return 'all'
  return least === 1 ? 'any' : `at least ${least}`
}

function holds(node: Node): boolean {
  if ('leaf' in node) return node.leaf.holds
  return node.of.filter(holds).length >= node.least
}

function mark(is: boolean, style: (style: Style, text: string) => string): string {
  return is ? style('green', '✓') : style('red', '✗')
}

function widest(node: Node, depth: number): number {
  return 'leaf' in node
    ? node.leaf.text.length + 2 * depth
    : Math.max(0, ...node.of.map(part => widest(part, depth + 1)))
}

/** A text as comment lines of at most `width` columns, `indent` included; a word that is longer stands alone,
 * and no line begins with the % of a number. */
export function commentLines(text: string, indent = '', width = 100): string[] {
  const start = `${indent}#`
  const lines: string[] = []
  let line = start
  for (const word of text.trim().split(/\s+(?!%)/)) {
    if (line !== start && line.length + 1 + word.length > width) {
      lines.push(line)
      line = start
    }
    line += ` ${word}`
  }
  return [...lines, line]
}

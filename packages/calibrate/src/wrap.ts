/** A text as comment lines of at most `width` columns, `indent` included; a word that is longer stands alone. */
export function commentLines(text: string, indent = '', width = 100): string[] {
  const start = `${indent}#`
  const lines: string[] = []
  let line = start
  for (const word of text.split(/\s+/).filter(w => w !== '')) {
    if (line !== start && line.length + 1 + word.length > width) {
      lines.push(line)
      line = start
    }
    line += ` ${word}`
  }
  return [...lines, line]
}

/** A text as comment lines of at most `width` columns, `indent` included; a word that is longer stands alone,
 * and no line begins with the % of a number. */
export function commentLines(text: string, indent = '', width = 100): string[] {
  const start = `${indent}#`
  const lines: string[] = []
  let line = start
  for (const word of text
    .replace(CONTROLS, ' ')
    .trim()
    .split(/\s+(?!%)/)) {
    if (line !== start && line.length + 1 + word.length > width) {
      lines.push(line)
      line = start
    }
    line += ` ${word}`
  }
  return [...lines, line]
}

/** A value of an attribute stands in a comment as it came: it must not end the comment. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

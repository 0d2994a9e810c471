/** One line of CSV (RFC 4180): quoted where it must be. A text that a spreadsheet would run is made plain by a quote. */
export function csvLine(cells: readonly (string | number | undefined)[]): string {
  return cells.map(cell => (typeof cell === 'number' ? String(cell) : quoted(cell ?? ''))).join(',')
}

function quoted(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}

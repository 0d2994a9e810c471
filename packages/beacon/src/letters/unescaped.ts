/** Text with `%XX` and `\u00XX` as what they stand for: of each escape by itself, since one that is broken must not hide the others. */
export function unescaped(text: string): string {
  return text.replace(/(?:%|\\u00)([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

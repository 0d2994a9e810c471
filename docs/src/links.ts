/** A link of a Markdown text to a file of this repository. */
export interface Link {
  /** As it stands, without the part after `#`. */
  path: string
  /** The heading it goes to, as GitHub writes it; undefined: to the whole file. */
  heading: string | undefined
}

const FENCE = /^(```|~~~)[\s\S]*?^\1/gm
const TARGET = /\]\(([^()\s]+)\)/g

/** Links to files or headings; what leads to other sites is left out, and so is what stands in code. */
export function linksOf(markdown: string): Link[] {
  return [...markdown.replaceAll(FENCE, '').matchAll(TARGET)]
    .map(([, target]) => target as string)
    .filter(target => !/^[a-z]+:/.test(target))
    .map(target => {
      const [path, heading] = target.split('#', 2)
      return { path: path as string, heading }
    })
}

/** The names by which GitHub makes a text's headings reachable. */
export function headingsOf(markdown: string): string[] {
  return [...markdown.replaceAll(FENCE, '').matchAll(/^#+ (.+)$/gm)].map(([, text]) =>
    (text as string)
      .replaceAll(/\[([^\]]*)\]\([^()]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/**
 * Globs over a whole path or host, any of which may match, without regard to case: `*` is anything within one segment,
 * `**` anything at all, nothing too between two slashes, `/blog/**` also `/blog` itself, and a trailing slash does
 * not matter.
 */
export function globsToRegExp(globs: readonly string[]): RegExp {
  return new RegExp(`^(?:${globs.map(globBody).join('|')})/?$`, 'i')
}

const WILD: Readonly<Record<string, string>> = { '/**/': '/(?:.*/)?', '**': '.*', '*': '[^/]*' }

function globBody(glob: string): string {
  const below = glob.endsWith('/**')
  const body = (below ? glob.slice(0, -3) : glob.replace(/(.)\/+$/, '$1'))
    .split(/(\/\*\*\/|\*\*|\*)/)
    .map(part => WILD[part] ?? part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('')
  return below ? `${body}(?:/.*)?` : body
}

/** What the parser says of a text that is not YAML, for people who know the model and not the parser, by its codes. */
const WORDS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab at the start of a line: indent with spaces',
  MULTIPLE_DOCS: 'a second document begins here (---): a model is one',
  BLOCK_AS_IMPLICIT_KEY: 'a second “: ” in a line: a text with “: ” in it goes in quotes',
  BAD_SCALAR_START: 'a text that begins with @, % or ` goes in quotes',
  BAD_ALIAS: 'a text that begins with & or * goes in quotes',
  BAD_INDENT:
    'the line is indented otherwise than those that it belongs to, or a { or [ before it is not closed',
  BAD_DQ_ESCAPE: 'a backslash in a text in double quotes begins an escape: take single quotes, or \\\\',
  DUPLICATE_KEY: 'a setting that is there twice',
}

export function yamlWords({ code, message }: { code: string; message: string }): string {
  if (code === 'MISSING_CHAR' && /closing.*quote/.test(message))
    return 'a quote that is opened above is not closed'
  if (code === 'MISSING_CHAR' && /map values|:/.test(message))
    return 'a setting’s name without a colon after it'
  return WORDS[code] ?? message
}

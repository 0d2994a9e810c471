/** Why an event is kept and scores 0, in the words that a lead's story has for it. */
export const FLAGS = {
  bot: 'a crawler, by its user agent',
  machine_open: 'the mail provider says that a machine opened the mail',
  machine_click: 'the mail provider says that a machine followed the link',
  honeypot: 'a mail scanner: it followed the link that no person sees',
  hot_key: 'more came in this name than a person does',
  too_fast: 'a machine: it opened pages faster than a person does',
  opted_out: 'the visitor asks not to be tracked, by Global Privacy Control or Do Not Track',
  no_consent: 'without the consent that its source asks for',
} as const

/** What the edge says of an event when it comes. */
export type Flag = keyof typeof FLAGS

/** The same of what the scorer finds out later, from what comes before and after it: it counts for nothing from then on. */
export const VERDICTS = {
  too_soon: 'a mail scanner: just before the mail was delivered, or within 10 seconds of it',
  all_links: 'a mail scanner: it followed several links at once',
  with_honeypot: 'a mail scanner: within a minute of the link that no person sees',
  with_flood: 'a machine: within a minute of more than a person does',
} as const

export type Verdict = keyof typeof VERDICTS

/** Why an event is kept and scores 0, in the words that a lead's story has for it. */
export const FLAGS = {
  bot: 'a crawler, by its user agent',
  machine_open: 'the mail provider says that a machine opened the mail',
  machine_click: 'the mail provider says that a machine followed the link',
  hot_key: 'more came in this name than a person does',
} as const

export type Flag = keyof typeof FLAGS

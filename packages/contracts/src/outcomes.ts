/** What may become of a lead: sales works on a deal; it bought; it chose otherwise; nobody works on it any more. */
export const OUTCOMES = ['opportunity', 'won', 'lost', 'archive'] as const

/**
 * Fields of an event that no processor and no condition of a model looks at. Who only folds a log need not build them:
 * a quarter of what decoding costs.
 */
export const UNREAD: readonly string[] = ['timestamp', 'sentAt', 'anonymousId', 'userId', 'ip', 'source']

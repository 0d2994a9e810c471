/** What becomes of a mail, by the names of Segment's specification: https://www.twilio.com/docs/segment/connections/spec/email */
export const MAIL_EVENTS = {
  delivered: 'Email Delivered',
  opened: 'Email Opened',
  clicked: 'Email Link Clicked',
  bounced: 'Email Bounced',
  complained: 'Email Marked as Spam',
  unsubscribed: 'Unsubscribed',
} as const
export type MailKind = keyof typeof MAIL_EVENTS

export const DEVICES = ['desktop', 'mobile', 'tablet'] as const
export type Device = (typeof DEVICES)[number]

/**
 * What a person holds, by the user agent's own words: iPads and Androids without “Mobile” are tablets, “Mobi” is a phone
 * (as MDN's page on user agent sniffing has it). An iPad that asks for desktop pages cannot be told from a Mac.
 */
export function deviceOf(userAgent: string): Device {
  if (/iPad|Tablet|PlayBook|Silk|Android(?!.*Mobi)/i.test(userAgent)) return 'tablet'
  return /Mobi|iPhone|iPod/i.test(userAgent) ? 'mobile' : 'desktop'
}

import { stringify } from 'yaml'

/**
 * A model's content as a file of its own, without what it extended: what `publish` writes. Parsed again it is the same
 * model, of the same version.
 */
export function printModel(content: unknown): string {
  return stringify(content, { lineWidth: 100, flowCollectionPadding: true, aliasDuplicateObjects: false })
}

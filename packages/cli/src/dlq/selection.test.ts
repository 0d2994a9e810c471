import { Args } from '../command.ts'
import { dlqList } from '../commands/dlqList.ts'
import { selectionOf } from './selection.ts'

const selection = (...argv: string[]) => selectionOf(Args.parse(dlqList, argv), 0, 8)

test.each(['too_old', 'invalid', 'undecodable', 'unknown_model'])(
  'letters may have the reason %s',
  reason => {
    expect(selection('--reason', reason)).toMatchObject({ reason })
  },
)

test('a reason that no letter can have is refused with those that there are', () => {
  expect(() => selection('--reason', 'tooold')).toThrow(
    expect.objectContaining({
      exitCode: 2,
      message: '--reason is “tooold”, and no letter has such a reason.',
      next: expect.stringMatching(
        /^Did you mean too_old\? It is one of malformed, .*, undecodable, unknown_model\.$/,
      ),
    }),
  )
  expect(() => selection('--reason', 'xyzzy')).toThrow(
    expect.objectContaining({ next: expect.stringMatching(/^It is one of malformed, /) }),
  )
})

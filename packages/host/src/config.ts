import { baseConfig, count } from '@hotlead/service'

/** What scorer and tiering read. */
export const processorConfig = baseConfig.extend({
  HOTLEAD_SESSION_TIMEOUT: count(
    10_000,
    1_000,
    1_800_000,
    'ms until the partitions of an instance that has died go to another; a stall below it goes unnoticed. The broker ' +
      'has bounds of its own (group.min.session.timeout.ms is 6,000 unless set)',
  ),
})

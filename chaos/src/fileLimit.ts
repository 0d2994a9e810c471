import { spawnSync } from 'node:child_process'

/**
 * From now on no file of a process grows beyond so many bytes: what it writes there fails as on a full disk, where it
 * ignores SIGXFSZ, as Node does.
 * @throws where this machine has no prlimit, or the process is gone
 */
export function limitFiles(pid: number | undefined, bytes: number | 'unlimited'): void {
  const done = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`], {
    encoding: 'utf8',
  })
  if (done.status !== 0)
    throw new Error(
      `prlimit could not limit the files of ${pid}: ${done.stderr || done.error?.message || done.status}`,
    )
}

/** Why this machine cannot limit files; undefined where it can. */
export function cannotLimit(): string | undefined {
  return spawnSync('prlimit', ['--version']).status === 0
    ? undefined
    : 'there is no prlimit on this machine (util-linux has it)'
}

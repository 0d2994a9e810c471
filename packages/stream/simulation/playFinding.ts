import { playFinding } from './findings.ts'

/** Plays the finding whose number is the first argument, as its test does; 1 where it is broken. */
try {
  await playFinding(Number(process.argv[2]))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

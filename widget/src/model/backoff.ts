/** How long to wait before a connection is tried again. */

const FIRST = 1_000;
const LONGEST = 30_000;

/**
 * @param failures how many tries failed in a row, from 1.
 * @param chance 0 to 1, so that all browsers do not come back in the same moment.
 * @returns milliseconds: half to all of 1, 2, 4 … 30 seconds.
 */
export function delay(failures: number, chance: number): number {
  const whole = Math.min(LONGEST, FIRST * 2 ** Math.max(0, Math.min(failures - 1, 10)));
  return Math.round(whole * (0.5 + chance / 2));
}

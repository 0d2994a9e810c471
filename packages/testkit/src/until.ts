/** Reads until it holds. The time limit is the test's own: what never comes fails it by name. */
export async function until<T>(
  read: () => Promise<T> | T,
  holds: (value: T) => boolean,
  every = 50,
): Promise<T> {
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    await new Promise(resolve => setTimeout(resolve, every))
  }
}

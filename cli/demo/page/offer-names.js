/** Adds those names to the options of a drop-down that are not there yet, each at its place in the alphabet; names come in any order. */
export function offerNames(options, names, optionOf) {
  const offered = new Set([...options].map(({ value }) => value))
  for (const name of names) {
    if (offered.has(name)) continue
    const place = [...options].findIndex(({ value }) => value > name)
    options.add(optionOf(name), place < 0 ? options.length : place)
  }
}

/** A round badge with the team's letter, in a colour that follows from its name. */
export function badge(element, name) {
  const sum = [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 360, 7)
  element.textContent = name[0]
  element.style.setProperty('--hue', sum)
}

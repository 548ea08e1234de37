// Building parts of a page without strings of HTML: nothing that somebody typed is ever read as markup.

/** An element with attributes (class, for, data-..., and properties such as value) and children. */
export function build (tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue
    if (name === 'onclick') made.addEventListener('click', value)
    else if (['value', 'checked', 'selected', 'readOnly', 'hidden'].includes(name)) made[name] = value
    else made.setAttribute(name, value === true ? '' : value)
  }
  made.append(...children.filter((child) => child !== null && child !== undefined))
  return made
}

/** A button of ours that sends nothing. */
export function button (text, act, look = 'secondary') {
  return build('button', { type: 'button', class: `govuk-button govuk-button--${look}`, onclick: act }, text)
}

/** What the server put into the page for a script, as JSON. */
export function dataOf (id) {
  return JSON.parse(document.getElementById(id)?.textContent || 'null')
}

// The form as it is kept. form-js adds parts of its own to what it opens (ids, layout, lists of choices that are not there):
// what the file did not have and nobody changed is left out again, so that an untouched form stays as it was.

const OF_FORM_JS = new Set(['id', 'layout', 'appearance', 'exporter', 'executionPlatform', 'executionPlatformVersion'])

export class Kept {
  /** `file` is the form as it was read, `opened` what form-js made of it. */
  constructor (file, opened) {
    this.file = file
    this.parts = new Map()
    this.note(file, opened)
  }

  note (was, opened) {
    this.parts.set(opened.id, { was, opened: JSON.parse(plain(opened)) })
    opened.components?.forEach((each, index) => this.note(was.components[index], each))
  }

  /** The form to save, from what form-js holds now. */
  text (schema) {
    return { ...this.part(schema), ...(this.file.schemaVersion ? { schemaVersion: this.file.schemaVersion } : {}) }
  }

  part (now) {
    const { was, opened } = this.parts.get(now.id) ?? { was: {}, opened: {} }
    const kept = {}
    for (const [name, value] of Object.entries(now)) {
      if (name.startsWith('_') || value === undefined) continue
      if (name === 'components') kept.components = value.map((each) => this.part(each))
      else if (name in was || !(OF_FORM_JS.has(name) || plain(opened[name]) === plain(value))) kept[name] = value
    }
    // A list of ours takes the place of choices.
    if (kept.properties?.options && !('values' in was && plain(was.values) !== plain(kept.values))) delete kept.values
    return inOrder(kept, was)
  }
}

/** The names of the file in its order, then what is new. */
function inOrder (kept, was) {
  const names = [...Object.keys(was).filter((name) => name in kept), ...Object.keys(kept).filter((name) => !(name in was))]
  return Object.fromEntries(names.map((name) => [name, kept[name]]))
}

function plain (value) {
  return JSON.stringify(value, (name, part) => (name.startsWith('_') ? undefined : part))
}

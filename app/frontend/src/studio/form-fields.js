// What the panel asks about a form and each of its questions, in the words of the profile (docs/form-profile.md).

/** The kinds that can be asked, as people call them. */
export const TYPES = {
  textfield: 'Short text', textarea: 'Long text', number: 'Number', datetime: 'Date or time', radio: 'One of a few',
  select: 'One of a list', checklist: 'Several of a list', checkbox: 'A statement to confirm', dynamiclist: 'Rows',
  group: 'Group of questions', text: 'Words to read'
}
const CHOOSING = ['radio', 'select', 'checklist']

/** What a question is called in lists. */
export function nameOf (field) {
  const words = field.label || field.dateLabel || field.timeLabel || (field.text || '').split('\n')[0]
  return words || field.key || TYPES[field.type] || field.type
}

export class FormFields {
  constructor (edit, facts, schema) {
    Object.assign(this, { edit, facts, schema })
  }

  /** A new question of a kind, whole enough to pass the rules once its words are typed. */
  fresh (type) {
    const required = { validate: { required: true }, properties: { requiredMessage: 'Enter an answer' } }
    const two = [{ value: 'yes', label: 'Yes' }, { value: 'no', label: 'No' }]
    const key = type === 'dynamiclist' ? {} : { key: this.freeKey(type) }
    return {
      textfield: { type, ...key, label: 'New question', validate: { required: true, maxLength: 200 }, properties: required.properties },
      textarea: { type, ...key, label: 'New question', validate: { required: true, maxLength: 2000 }, properties: required.properties },
      number: { type, ...key, label: 'New question', decimalDigits: 0, validate: { required: true, min: 0 }, properties: required.properties },
      datetime: { type, ...key, subtype: 'date', dateLabel: 'New date', ...required },
      radio: { type, ...key, label: 'New question', values: two, validate: { required: true }, properties: { requiredMessage: 'Select an answer' } },
      select: { type, ...key, label: 'New question', values: two, validate: { required: true }, properties: { requiredMessage: 'Select an answer' } },
      checklist: { type, ...key, label: 'New question', values: two, validate: { required: true }, properties: { requiredMessage: 'Select an answer' } },
      checkbox: { type, ...key, label: 'I confirm this', validate: { required: true }, properties: { requiredMessage: 'Confirm this' } },
      group: { type, label: 'New group', components: [] },
      dynamiclist: { type, path: this.freeKey('rows'), label: 'New rows', defaultRepetitions: 1, properties: { rowTitle: 'Row', maxRows: 20 }, components: [{ type: 'textfield', key: 'words', label: 'New question', validate: { required: true, maxLength: 200 }, properties: required.properties }] },
      text: { type, text: 'Words to read' }
    }[type]
  }

  freeKey (wanted) {
    const used = new Set()
    const note = (part) => { for (const each of part.components ?? []) { used.add(each.key ?? each.path); note(each) } }
    note(this.schema())
    let key = wanted
    for (let number = 2; used.has(key); number++) key = `${wanted}_${number}`
    return key
  }

  of (field) {
    if (field.type === 'default') return this.form(field)
    const asks = !['group', 'text'].includes(field.type)
    return [
      { fields: this.words(field) },
      ...(asks ? [{ title: 'The answer', fields: this.answer(field) }, { title: 'When it is not right', fields: this.errors(field) }] : []),
      { title: 'Where and when it is asked', open: Boolean(field.properties?.page || field.conditional?.hide), fields: this.place(field) },
      ...(asks ? [{ title: 'How it is used', open: Boolean(field.properties?.variable || field.properties?.identity), fields: this.use(field) }] : [])
    ]
  }

  form (root) {
    return [{ fields: [this.own(root, 'title', 'Title'), this.own(root, 'intro', 'First words below the title', { kind: 'area' })] }]
  }

  plain (field, name, label, more = {}) {
    return { id: name, label, value: field[name] ?? '', change: (value) => this.edit(field, { [name]: value === '' ? undefined : value }), ...more }
  }

  inside (field, part, name, label, more = {}) {
    const read = more.number ? Number : (value) => value
    const change = (value) => {
      const rest = { ...(field[part] ?? {}) }
      delete rest[name]
      const set = value !== '' && value !== false && !(more.number && Number.isNaN(Number(value)))
      this.edit(field, { [part]: set ? { ...rest, [name]: read(value) } : Object.keys(rest).length ? rest : undefined })
    }
    return { id: name, label, value: field[part]?.[name] ?? '', change, ...more }
  }

  own (field, name, label, more) {
    return this.inside(field, 'properties', name, label, more)
  }

  rule (field, name, label, more) {
    return this.inside(field, 'validate', name, label, more)
  }

  words (field) {
    if (field.type === 'text') return [this.plain(field, 'text', 'Words', { kind: 'area', rows: '6', hint: '**bold**, and lines that begin with - for a list' })]
    const label = field.type === 'datetime' ? (field.subtype === 'time' ? 'timeLabel' : 'dateLabel') : 'label'
    const question = { ...this.plain(field, label, field.type === 'group' ? 'Heading' : 'Question', { kind: 'area', rows: '2' }), id: 'label' }
    const hint = ['group', 'dynamiclist'].includes(field.type) ? this.own(field, 'hint', 'Hint', { kind: 'area', rows: '2' }) : this.plain(field, 'description', 'Hint', { kind: 'area', rows: '2' })
    return field.type === 'group' ? [question, hint] : [question, hint, this.own(field, 'shortLabel', 'Short name', { hint: 'For error sentences, when the question is long: “Date of the discussion”' })]
  }

  answer (field) {
    const number = { number: true }
    const fields = [field.type === 'dynamiclist' ? null : this.rule(field, 'required', 'An answer is needed', { kind: 'tick' })]
    if (['textfield', 'textarea'].includes(field.type)) {
      fields.push(this.rule(field, 'maxLength', 'Most characters', number), this.rule(field, 'minLength', 'Fewest characters', number), this.own(field, 'characterCount', 'Show how many are left', { kind: 'tick' }), this.own(field, 'shareableOf', 'Version to share of', { plain: true, hint: 'The key of a text or list that is asked before it on the same screen' }))
      if (field.type === 'textfield') fields.push(this.rule(field, 'validationType', 'It is', { kind: 'select', options: [['', 'Any text'], ['email', 'An email address'], ['phone', 'A telephone number']] }))
    }
    if (field.type === 'number') fields.push(this.rule(field, 'min', 'Smallest', number), this.rule(field, 'max', 'Largest', number), this.plain(field, 'decimalDigits', 'Figures after the point', { change: (value) => this.edit(field, { decimalDigits: Number(value) || 0 }) }))
    if (field.type === 'datetime') fields.push(this.kindOfTime(field), ...(field.subtype === 'time' ? [] : [this.own(field, 'notBefore', 'Not before', { hint: '“today”, a date, or the key of a date asked earlier' }), this.own(field, 'notAfter', 'Not after')]))
    if (CHOOSING.includes(field.type)) fields.push(...this.choices(field))
    if (field.type === 'dynamiclist') fields.push(this.own(field, 'rowTitle', 'What one row is called'), this.own(field, 'minRows', 'Fewest rows', number), this.own(field, 'maxRows', 'Most rows', number), this.plain(field, 'defaultRepetitions', 'Rows to begin with', { change: (value) => this.edit(field, { defaultRepetitions: Number(value) || 0 }) }))
    return fields.filter(Boolean)
  }

  kindOfTime (field) {
    const change = (subtype) => {
      const words = field.dateLabel ?? field.timeLabel
      this.edit(field, subtype === 'time' ? { subtype, timeLabel: words, dateLabel: undefined } : { subtype, dateLabel: words, timeLabel: undefined })
    }
    return { id: 'subtype', label: 'It is', kind: 'select', options: [['date', 'A date'], ['time', 'A time of day']], value: field.subtype, change }
  }

  choices (field) {
    const lines = (field.values ?? []).map(({ value, label }) => `${value} = ${label}`).join('\n')
    const change = (text) => {
      const values = text.split('\n').map((line) => line.trim()).filter(Boolean).map((line) => {
        const [value, ...label] = line.split('=')
        return label.length ? { value: value.trim(), label: label.join('=').trim() } : { value: slug(line), label: line }
      })
      this.edit(field, { values: values.length ? values : undefined })
    }
    const list = this.own(field, 'options', 'Choices from a list of ours', { kind: 'select', options: [['', 'No: the choices below'], ...this.facts.option_lists.map((name) => [name, name])] })
    const own = { id: 'values', label: 'Choices', kind: 'area', rows: '5', hint: 'One on each line, as people read it; or “value = words”', value: lines, change }
    const yesNo = field.type === 'radio' ? [this.own(field, 'boolean', 'It is a yes or no (the values true and false)', { kind: 'tick' })] : []
    const several = field.type === 'checklist' ? [this.own(field, 'maxChoices', 'Most choices', { number: true }), this.own(field, 'exclusive', 'The choice that excludes the others', { hint: 'Its value, such as none' })] : []
    return field.properties?.options ? [list, ...several] : [list, own, ...yesNo, ...several]
  }

  errors (field) {
    const fields = [this.own(field, 'requiredMessage', 'Error when it is empty', { kind: 'area', rows: '2', hint: 'For example, Enter the date of the discussion' })]
    if (field.type === 'textfield') fields.push(this.rule(field, 'pattern', 'Pattern it must have', { plain: true }), this.rule(field, 'patternErrorMessage', 'Error when it has not', { kind: 'area', rows: '2' }))
    return fields
  }

  place (field) {
    const top = this.schema().components.some((each) => each.id === field.id)
    const hide = {
      id: 'hide', label: 'Not asked when', plain: true, kind: 'area', rows: '2', hint: 'For example, outcome != "second_look"', value: (field.conditional?.hide ?? '').replace(/^=/, ''),
      change: (value) => this.edit(field, { conditional: value ? { hide: value.startsWith('=') ? value : `=${value}` } : undefined })
    }
    return [...(top ? [this.own(field, 'page', 'A new screen begins here, called', { hint: 'Leave empty to stay on the screen before' })] : []), hide]
  }

  use (field) {
    const key = field.type === 'dynamiclist' ? 'path' : 'key'
    return [
      { ...this.plain(field, key, 'Key', { plain: true, hint: 'Its name in conditions: small letters, figures and _' }), change: (value) => { if (/^[a-z][a-z0-9_]{0,40}$/.test(value)) this.edit(field, { [key]: value }) } },
      this.own(field, 'variable', 'Later steps may decide by it', { kind: 'tick', hint: 'Never a long text or who somebody is' }),
      this.own(field, 'identity', 'It says who the child or family is', { kind: 'tick', hint: 'Kept apart, and never in mail or logs' }),
      this.own(field, 'prefill', 'Filled in from', { plain: true, hint: 'For example, referrer.name' }),
      this.plain(field, 'readonly', 'Only shown, not asked', { kind: 'tick', change: (on) => this.edit(field, { readonly: on || undefined }) }),
      this.own(field, 'clause', 'Clause of the policy', { hint: 'For example, P2' })
    ]
  }
}

function slug (words) {
  return words.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 40)
}

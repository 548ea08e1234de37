// The panel beside an editor: labelled fields for whatever is chosen, with GOV.UK's markup.
//
// A field: {id, label, kind: text|area|select|tick|words|link|button, value, hint, options: [[value, words]], list,
//           change(value), reading(value) -> promise of a sentence below the field, rows, href}
// Where the same fields are drawn again only their values change, so that nobody loses their place while typing.
import { build } from './dom.js'

const READ_AFTER = 400

export class Panel {
  constructor (container) {
    this.container = container
    this.fields = new Map()
    this.shape = ''
    // What is typed counts when its field is left; whoever leaves the page from within it has left it, too. (Before the
    // listeners of the keeper, which then knows of it.)
    window.addEventListener('beforeunload', () => this.finish())
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.finish() })
  }

  finish () {
    const control = document.activeElement
    const field = this.container.contains(control) && this.fields.get(control.id.replace(/^p-/, ''))
    if (!field || !control.matches('textarea, input[type=text]')) return
    if (control.value.trim() !== String(field.value ?? '').trim()) field.change(control.value.trim())
  }

  /** Show `groups`: [{title, fields}] below `title`. */
  draw (title, groups) {
    const fields = groups.flatMap((group) => group.fields)
    this.fields = new Map(fields.map((field) => [field.id, field]))
    const shape = JSON.stringify([title, groups.map((group) => [group.title, group.fields.map(({ id, label, kind, hint, options, href }) => [id, label, kind, hint, options, href])])])
    if (shape === this.shape) return this.update(fields)
    this.shape = shape
    clearTimeout(this.later)
    // A field that is just being left: let the browser find its neighbour first, then draw.
    if (this.container.contains(document.activeElement)) this.later = setTimeout(() => this.redraw(title, groups), 0)
    else this.redraw(title, groups)
  }

  redraw (title, groups) {
    const was = document.activeElement
    const inside = this.container.contains(was) ? { id: was.id, text: was.value } : null
    this.container.replaceChildren(
      build('h2', { class: 'govuk-heading-m', id: 'panel-title' }, title),
      ...groups.filter((group) => group.fields.length).map((group) => this.group(group))
    )
    const again = inside && document.getElementById(inside.id)
    if (!again) return
    again.focus()
  }

  group ({ title, fields, open = true }) {
    const drawn = fields.map((field) => this.control(field))
    if (!title) return build('div', {}, ...drawn)
    return build('details', { class: 'app-panel__group', open }, build('summary', {}, build('span', {}, title)), ...drawn)
  }

  control (field) {
    if (field.kind === 'words') return build('p', { class: 'govuk-body-s', id: `p-${field.id}` }, field.value)
    if (field.kind === 'link') return build('p', { class: 'govuk-body-s' }, build('a', { class: 'govuk-link', href: field.href, id: `p-${field.id}` }, field.label))
    if (field.kind === 'button') {
      return build('p', {}, build('button', { type: 'button', class: 'govuk-button govuk-button--secondary govuk-!-margin-bottom-0', id: `p-${field.id}`, onclick: () => this.fields.get(field.id)?.change() }, field.label))
    }
    return field.kind === 'tick' ? this.tick(field) : this.entry(field)
  }

  tick (field) {
    const box = build('input', { class: 'govuk-checkboxes__input', type: 'checkbox', id: `p-${field.id}`, checked: Boolean(field.value), 'aria-describedby': field.hint ? `p-${field.id}-hint` : undefined })
    box.addEventListener('change', () => this.fields.get(field.id)?.change(box.checked))
    return build('div', { class: 'govuk-form-group govuk-checkboxes govuk-checkboxes--small' },
      build('div', { class: 'govuk-checkboxes__item' },
        box, build('label', { class: 'govuk-label govuk-checkboxes__label', for: box.id }, field.label),
        field.hint ? build('div', { class: 'govuk-hint govuk-checkboxes__hint', id: `p-${field.id}-hint` }, field.hint) : null))
  }

  entry (field) {
    const id = `p-${field.id}`
    const described = [field.hint && `${id}-hint`, field.reading && `${id}-reading`].filter(Boolean).join(' ')
    const about = { id, 'aria-describedby': described || undefined, spellcheck: field.plain ? 'false' : undefined, autocomplete: 'off' }
    const control = this.input(field, about)
    control.addEventListener('change', () => this.fields.get(field.id)?.change(control.value.trim()))
    if (field.reading) {
      control.addEventListener('input', () => this.readLater(field.id, control))
      this.readLater(field.id, control, 0)
    }
    return build('div', { class: 'govuk-form-group' },
      build('label', { class: 'govuk-label', for: id }, field.label),
      field.hint ? build('div', { class: 'govuk-hint', id: `${id}-hint` }, field.hint) : null,
      control,
      field.list ? build('datalist', { id: `${id}-list` }, ...field.list.map(([value, words]) => build('option', { value }, words))) : null,
      field.reading ? build('p', { class: 'govuk-body-s app-panel__reading', id: `${id}-reading`, 'aria-live': 'polite' }) : null)
  }

  input (field, about) {
    if (field.kind === 'area') return build('textarea', { ...about, class: `govuk-textarea${field.plain ? ' app-code' : ''}`, rows: field.rows ?? '4', value: field.value ?? '' })
    if (field.kind !== 'select') return build('input', { ...about, class: `govuk-input${field.plain ? ' app-code' : ''}`, type: 'text', value: field.value ?? '', list: field.list ? `${about.id}-list` : undefined })
    const known = field.options.some(([value]) => value === (field.value ?? ''))
    const options = known ? field.options : [...field.options, [field.value, `${field.value} (not known here)`]]
    const control = build('select', { ...about, class: 'govuk-select' }, ...options.map(([value, words]) => build('option', { value }, words)))
    control.value = field.value ?? ''
    return control
  }

  update (fields) {
    for (const field of fields) {
      const control = document.getElementById(`p-${field.id}`)
      if (!control || control === document.activeElement) continue
      if (field.kind === 'tick') control.checked = Boolean(field.value)
      else if (field.kind === 'words') control.textContent = field.value
      else if ('value' in control && field.kind !== 'button') control.value = field.value ?? ''
      if (field.reading) this.readLater(field.id, control, 0)
    }
  }

  readLater (id, control, wait = READ_AFTER) {
    clearTimeout(control.reading)
    control.reading = setTimeout(async () => {
      const sentence = await this.fields.get(id)?.reading?.(control.value.trim())
      const place = document.getElementById(`p-${id}-reading`)
      if (place && place.textContent !== (sentence ?? '')) place.textContent = sentence ?? ''
    }, wait)
  }
}

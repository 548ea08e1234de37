// What the panel asks about each kind of element, in the words of the profile (docs/bpmn-profile.md).
import { is } from 'bpmn-js/lib/util/ModelUtil'

import { MADE_UP } from './bpmn-change.js'
import { sentenceOf, clauseWords } from './readings.js'

const KINDS = {
  'bpmn:Participant': 'Process', 'bpmn:Process': 'Process', 'bpmn:Collaboration': 'Process', 'bpmn:Lane': 'Lane',
  'bpmn:UserTask': 'Step', 'bpmn:ServiceTask': 'Work done by the system', 'bpmn:BusinessRuleTask': 'Decision table',
  'bpmn:ExclusiveGateway': 'Choice: one way goes on', 'bpmn:InclusiveGateway': 'Choice: one or more ways go on',
  'bpmn:ParallelGateway': 'All ways go on together', 'bpmn:StartEvent': 'Start', 'bpmn:EndEvent': 'End',
  'bpmn:IntermediateCatchEvent': 'Wait', 'bpmn:BoundaryEvent': 'While the step is open', 'bpmn:SequenceFlow': 'Arrow',
  'bpmn:SubProcess': 'At any time', 'bpmn:TextAnnotation': 'Note', 'bpmn:Group': 'Stage'
}

/** What people call the kind of an element. */
export function kindOf (element) {
  return KINDS[element.type ?? element.$type] ?? 'Not supported'
}

/** The name of an element for lists and links. */
export function titleOf (element) {
  const { businessObject: bo } = element
  const words = (bo.name || bo.text || '').replace(/\s+/g, ' ').trim()
  if (words) return words
  if (is(element, 'bpmn:SequenceFlow')) return `Arrow from ${titleOf(element.source)} to ${titleOf(element.target)}`
  return `${kindOf(element)} (${bo.id})`
}

export class Fields {
  constructor (changes, facts, { goTo, makeForm }) {
    Object.assign(this, { changes, facts, goTo, makeForm })
  }

  /** The groups of fields for one element. */
  of (element) {
    if (is(element, 'bpmn:Participant') || is(element, 'bpmn:Collaboration') || is(element, 'bpmn:Process')) return this.process(element)
    if (is(element, 'bpmn:TextAnnotation')) return [{ fields: [this.property(element, 'text', 'Note', { kind: 'area' })] }]
    const groups = [{ fields: [this.named(element), this.documented(element, element.businessObject)] }]
    if (is(element, 'bpmn:Lane')) groups[0].fields.splice(1, 0, this.property(element, 'roundtable:role', 'Role', { kind: 'select', options: this.roles('Choose a role'), hint: 'Who works here' }))
    if (is(element, 'bpmn:UserTask')) groups.push(...this.step(element))
    if (is(element, 'bpmn:ServiceTask')) groups.push(...this.service(element))
    if (is(element, 'bpmn:BusinessRuleTask')) groups.push(...this.decision(element))
    if (is(element, 'bpmn:Event')) groups.push(...this.event(element))
    if (is(element, 'bpmn:SequenceFlow')) groups.push({ title: 'When this way is taken', fields: this.flow(element, element.source) })
    if (is(element, 'bpmn:SequenceFlow')) groups.push({ fields: [this.between(element, 'Put a step on this arrow')] })
    if (is(element, 'bpmn:FlowNode')) groups.push(this.onwards(element), { title: 'Names for the system', open: false, fields: [this.identifier(element)] })
    return groups
  }

  property (element, name, label, more = {}) {
    const change = (value) => this.changes.set(element, { [name]: value || undefined })
    return { id: name.replace(':', '-'), label, value: element.businessObject.get(name) ?? '', change, ...more }
  }

  named (element) {
    const label = is(element, 'bpmn:SequenceFlow') ? 'Words on the arrow' : 'Name'
    const value = is(element, 'bpmn:Group') ? element.businessObject.categoryValueRef?.value : element.businessObject.name
    return { id: 'name', label, value: value ?? '', kind: 'area', rows: '2', change: (words) => this.changes.name(element, words) }
  }

  documented (element, owner) {
    const step = is(element, 'bpmn:UserTask')
    return {
      id: 'documentation',
      label: step ? 'Why people are asked, and what to do' : 'In plain words',
      hint: step ? 'The person who does this step reads it at its top' : undefined,
      kind: 'area',
      value: owner.get('documentation')?.[0]?.text ?? '',
      change: (text) => this.changes.documentation(element, owner, text)
    }
  }

  identifier (element) {
    const hint = is(element, 'bpmn:UserTask') ? 'Also the name of its form. Small letters, figures and _. Conditions and tables that name the step must say the new name.' : 'Small letters, figures and _'
    const change = (id) => {
      if (/^[a-z][a-z0-9_]*$/i.test(id) && (id === element.id || !this.changes.elementRegistry.get(id))) this.changes.set(element, { id })
    }
    return { id: 'identifier', label: 'Short name', hint, plain: true, value: element.businessObject.id, change }
  }

  roles (first) {
    return [['', first], ...this.facts.roles]
  }

  services (first) {
    return [['', first], ...this.facts.services.map(({ name, words }) => [name, words ? `${name}: ${words}` : name])]
  }

  step (element) {
    const lane = laneOf(element)
    const role = this.facts.roles.find(([id]) => id === lane?.businessObject.get('roundtable:role'))
    const one = (name, label, more) => this.property(element, `roundtable:${name}`, label, more)
    return [
      { title: 'Who and what', fields: [
        one('role', 'Role', { kind: 'select', options: this.roles(role ? `As the lane says: ${role[1]}` : 'As the lane says'), hint: 'Who does this step. Each lane (a row of the drawing) has a role; choose one here only if it is another' }),
        ...this.form(element)] },
      { title: 'Time', fields: [this.deadline(element, 'due', 'Deadline', 'For example, 15 working days, or 2 working days before meeting_date.date'), this.deadline(element, 'statutoryLimit', 'Limit set by law', 'Leave empty where no law sets one')] },
      { title: 'Policy', fields: [this.clause(element), one('guard', 'A step that may not be removed', { kind: 'tick', value: element.businessObject.get('roundtable:guard') === 'true', hint: 'The policy or the law asks for it', change: (on) => this.changes.set(element, { 'roundtable:guard': on ? 'true' : undefined }) })] },
      { title: 'Record', fields: [
        one('record', 'What is done with the answers', { kind: 'select', options: this.services('Nothing more: they are kept with the step') }),
        one('result', 'Name for what comes of it', { plain: true, hint: 'For later conditions. Leave empty if nothing uses it' })] },
      { title: 'Whose', open: Boolean(element.businessObject.get('roundtable:agency') || element.businessObject.get('roundtable:assignee')), fields: [
        one('agency', 'Agency', { plain: true, hint: 'An expression that gives one agency, such as agency.id' }),
        one('assignee', 'Person', { plain: true, hint: 'An expression that gives one person. Leave empty for anybody with the role' })] },
      this.severalTimes(element)
    ]
  }

  form (element) {
    const name = `${element.businessObject.id}.form`
    const form = this.facts.forms.find((each) => each.name === name)
    if (!form && MADE_UP.test(element.businessObject.id)) return [{ id: 'no-name', kind: 'words', value: 'Give the step a name first. Then make its form here.' }]
    if (form) return [{ id: 'form', kind: 'link', label: `Form: ${form.title || name}`, href: form.href }]
    return [
      { id: 'no-form', kind: 'words', value: 'It has no form yet: the questions that people answer.' },
      { id: 'make-form', kind: 'button', label: 'Make its form', change: () => this.makeForm(element) }
    ]
  }

  deadline (element, name, label, hint) {
    return this.property(element, `roundtable:${name}`, label, { hint, reading: (value) => sentenceOf(value) })
  }

  clause (element) {
    return this.property(element, 'roundtable:clause', 'Clause of the policy', { hint: 'For example, P2 A6', reading: async (value) => clauseWords(value, this.facts.clauses) })
  }

  severalTimes (element) {
    const loop = element.businessObject.loopCharacteristics
    const several = is(loop, 'bpmn:MultiInstanceLoopCharacteristics')
    const inside = (name, label, hint) => ({
      id: `each-${name}`, label, hint, plain: true, value: loop.get(`roundtable:${name}`) ?? '',
      change: (value) => this.changes.inside(element, loop, { [`roundtable:${name}`]: value || undefined })
    })
    return { title: 'Several people at once', open: several, fields: [
      { id: 'each', kind: 'tick', label: 'One for each of a list', value: several, hint: 'For example, one for each agency', change: (on) => this.changes.each(element, on) },
      ...(several ? [inside('collection', 'The list', 'An expression that gives a list'), inside('element', 'Name of each one', 'For example, agency')] : [])
    ] }
  }

  service (element) {
    const one = (name, label, more) => this.property(element, `roundtable:${name}`, label, more)
    const inputs = (element.businessObject.extensionElements?.values || []).filter((each) => each.$type === 'roundtable:Input').map((each) => [each.name, each.value])
    const change = (index, part, value) => this.changes.inputs(element, inputs.map((pair, at) => at === index ? (part ? [pair[0], value] : [value, pair[1]]) : pair))
    return [
      { title: 'What is done', fields: [
        one('service', 'Service', { kind: 'select', options: this.services('Choose a service') }),
        one('result', 'Name for what comes of it', { plain: true, hint: 'For later conditions. Leave empty if nothing uses it' }),
        this.clause(element)] },
      { title: 'What it is given', open: inputs.length > 0, fields: [
        ...inputs.flatMap(([name, value], index) => [
          { id: `input-${index}-name`, label: `Name ${index + 1}`, plain: true, hint: 'Empty it to take it out', value: name, change: (typed) => change(index, 0, typed) },
          { id: `input-${index}-value`, label: `Value ${index + 1}`, plain: true, hint: 'An expression; words in double quotes', value, change: (typed) => change(index, 1, typed) }]),
        { id: 'input-add', kind: 'button', label: 'Give it something', change: () => this.changes.inputs(element, [...inputs, [`value_${inputs.length + 1}`, '']]) }] }
    ]
  }

  decision (element) {
    const one = (name, label, more) => this.property(element, `roundtable:${name}`, label, more)
    const options = [['', 'Choose a table'], ...this.facts.decisions.map(({ id, name }) => [id, name || id])]
    const chosen = this.facts.decisions.find(({ id, name }) => [id, name].includes(element.businessObject.get('roundtable:decision')))
    return [{ title: 'Which table decides', fields: [
      one('decision', 'Decision table', { kind: 'select', options }),
      ...(chosen ? [{ id: 'table', kind: 'link', label: `Open ${chosen.file}`, href: chosen.href }] : []),
      one('result', 'Name for its result', { plain: true, hint: 'Later conditions say, for example, criteria.both_met' }),
      this.clause(element)] }]
  }

  event (element) {
    const [definition] = element.businessObject.get('eventDefinitions') || []
    const groups = []
    if (is(definition, 'bpmn:TimerEventDefinition')) groups.push({ title: 'When', fields: this.timer(element, definition) })
    if (is(definition, 'bpmn:MessageEventDefinition')) groups.push({ title: 'What it waits for', fields: [this.message(element, definition)] })
    return groups
  }

  timer (element, definition) {
    const kind = ['timeDuration', 'timeDate', 'timeCycle'].find((each) => definition.get(each)) ?? 'timeDuration'
    const body = definition.get(kind)?.body ?? ''
    const repeats = is(element, 'bpmn:BoundaryEvent') && element.businessObject.cancelActivity === false
    const options = [['timeDuration', 'After a time'], ['timeDate', 'On a day'], ...(repeats || kind === 'timeCycle' ? [['timeCycle', 'Again and again']] : [])]
    return [
      { id: 'timer-kind', label: 'It comes', kind: 'select', options, value: kind, change: (chosen) => this.changes.timer(element, definition, chosen, body) },
      { id: 'timer', label: 'Deadline', hint: kind === 'timeCycle' ? 'For example, every 20 working days' : 'For example, 5 working days after due, or on action.due', value: body, change: (typed) => this.changes.timer(element, definition, kind, typed), reading: (value) => sentenceOf(value, kind === 'timeCycle') },
      { id: 'interrupts', kind: 'words', value: is(element, 'bpmn:BoundaryEvent') ? (repeats ? 'The step stays open.' : 'The step ends when this comes.') : '' }
    ]
  }

  message (element, definition) {
    const known = this.changes.modeler.getDefinitions().get('rootElements').filter((each) => each.$type === 'bpmn:Message')
    return { id: 'message', label: 'Message', plain: true, hint: 'For example, actions_closed', list: known.map(({ name }) => [name, '']), value: definition.messageRef?.name ?? '', change: (name) => this.changes.message(element, definition, name) }
  }

  between (flow, label) {
    return { id: `between-${flow.id}`, kind: 'button', label, change: () => this.goTo(this.changes.putOn(flow)) }
  }

  flow (flow, source) {
    if (!is(source, 'bpmn:ExclusiveGateway') && !is(source, 'bpmn:InclusiveGateway')) return [{ id: 'always', kind: 'words', value: 'This way is always taken.' }]
    const usual = source.businessObject.default === flow.businessObject
    const tick = { id: `otherwise-${flow.id}`, kind: 'tick', label: 'Taken when no other condition holds', value: usual, change: (on) => this.changes.otherwise(source, on ? flow : undefined) }
    if (usual) return [tick]
    return [{ id: `condition-${flow.id}`, label: 'Condition', plain: true, kind: 'area', rows: '2', hint: 'For example, triage_decision.outcome = "accept"', value: flow.businessObject.conditionExpression?.body ?? '', change: (body) => this.changes.condition(flow, body) }, tick]
  }

  /** Where it goes on: reachable without a mouse, and an arrow can be drawn without one. */
  onwards (element) {
    const ways = element.outgoing.filter((each) => is(each, 'bpmn:SequenceFlow'))
    const choice = is(element, 'bpmn:Gateway') && !is(element, 'bpmn:ParallelGateway') && ways.length > 1
    const fields = ways.flatMap((flow) => [
      { id: `to-${flow.id}`, kind: 'button', label: `Go to ${titleOf(flow.target)}${flow.businessObject.name ? `, by “${flow.businessObject.name}”` : ''}`, change: () => this.goTo(flow.target) },
      ...(choice ? [] : [this.between(flow, `Put a step before ${titleOf(flow.target)}`)]),
      ...(choice ? [{ id: `words-${flow.id}`, label: `Words on the arrow to ${titleOf(flow.target)}`, value: flow.businessObject.name ?? '', change: (words) => this.changes.name(flow, words) },
        ...this.flow(flow, element).map((field) => ({ ...field, label: field.kind === 'tick' ? `To ${titleOf(flow.target)} when no other condition holds` : `Condition for ${titleOf(flow.target)}` }))] : [])
    ])
    if (is(element, 'bpmn:EndEvent') || is(element, 'bpmn:SubProcess')) return { title: 'What comes next', fields }
    const others = this.changes.elementRegistry.filter((each) => is(each, 'bpmn:FlowNode') && !each.labelTarget && each !== element && !is(each, 'bpmn:StartEvent') && !is(each, 'bpmn:BoundaryEvent') && each.parent === element.parent)
    const options = [['', 'Choose where to'], ...others.map((each) => [each.id, titleOf(each)])]
    fields.push({ id: 'connect', label: 'Draw an arrow to', kind: 'select', options, value: '', change: (target) => { if (target) this.changes.connect(element, target) } })
    return { title: 'What comes next', open: true, fields }
  }

  process (element) {
    const root = is(element, 'bpmn:Participant') || is(element, 'bpmn:Process') ? element : element.children.find((each) => is(each, 'bpmn:Participant'))
    const process = is(root, 'bpmn:Participant') ? root.businessObject.processRef : root?.businessObject
    if (!process) return []
    const one = (name, label, more) => ({ id: name, label, value: process.get(`roundtable:${name}`) ?? '', change: (value) => this.changes.inside(root, process, { [`roundtable:${name}`]: value || undefined }), ...more })
    return [{ fields: [
      one('title', 'Title', { hint: 'What people call this process' }),
      one('owner', 'Owner', { kind: 'select', options: this.roles('Choose a role'), hint: 'Who keeps it up to date' }),
      this.documented(root, process)] }]
  }
}

function laneOf (element) {
  const at = (element.host ?? element).businessObject
  const lane = (at.lanes || [])[0]
  if (lane) return { businessObject: lane }
  let found = null
  const registry = element.parent?.children || []
  const middle = { x: element.x + element.width / 2, y: element.y + element.height / 2 }
  const look = (shapes) => {
    for (const shape of shapes) {
      if (!is(shape, 'bpmn:Lane')) continue
      if (middle.x >= shape.x && middle.x <= shape.x + shape.width && middle.y >= shape.y && middle.y <= shape.y + shape.height) { found = shape; look(shape.children) }
    }
  }
  look(registry)
  return found
}

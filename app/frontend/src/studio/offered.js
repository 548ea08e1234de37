// Only what the engine does right can be drawn (docs/bpmn-profile.md). The rest is taken out of bpmn-js's palette,
// context pad and menus; a diagram drawn elsewhere that holds it is refused by the checks.
import { is } from 'bpmn-js/lib/util/ModelUtil'

import { wayOn } from './inserting.js'

const AFTER = 100 // below the priority of bpmn-js's own providers: what they offer is there to be cut

const ELEMENTS = [
  'user-task', 'service-task', 'rule-task', 'exclusive-gateway', 'parallel-gateway', 'inclusive-gateway',
  'message-intermediate-catch', 'timer-intermediate-catch', 'none-end-event', 'terminate-end',
  'message-boundary', 'timer-boundary', 'non-interrupting-timer-boundary'
]
const APPENDED = new Set(ELEMENTS.map((name) => `append-${name}`))
const CREATED = new Set([...ELEMENTS, 'none-start-event', 'event-subprocess'].map((name) => `create-${name}`))
const REPLACED = new Set([
  ...ELEMENTS.map((name) => `replace-with-${name}`), 'replace-with-none-start', 'replace-with-none-end',
  'replace-with-message-start', 'replace-with-default-flow', 'replace-with-sequence-flow', 'replace-with-conditional-flow'
])
const PALETTE = new Set([
  'hand-tool', 'lasso-tool', 'space-tool', 'global-connect-tool', 'tool-separator', 'create',
  'create.start-event', 'create.end-event', 'create.exclusive-gateway', 'create.group'
])
const PAD = new Set([
  'append', 'append.end-event', 'append.gateway', 'append.text-annotation', 'connect', 'delete', 'replace',
  'lane-insert-above', 'lane-insert-below', 'lane-divide-two', 'lane-divide-three'
])

function only (entries, kept) {
  return Object.fromEntries(Object.entries(entries).filter(([id]) => kept.has(id)))
}

/** The kinds of step that may follow `source`. What leads on already cannot end there, too. */
function follows (entries, source) {
  const onTask = is(source, 'bpmn:UserTask')
  const leadsOn = wayOn(source)
  return Object.fromEntries(Object.entries(only(entries, APPENDED)).filter(([id]) => (onTask || !id.endsWith('-boundary')) && !(leadsOn && /-end(-event)?$/.test(id))))
}

function Offered (palette, contextPad, popupMenu, create, elementFactory, autoPlace) {
  const step = () => elementFactory.createShape({ type: 'bpmn:UserTask' })
  palette.registerProvider(AFTER, {
    getPaletteEntries: () => (entries) => {
      const begin = (event) => create.start(event, step())
      const mine = { 'create.user-task': { group: 'activity', className: 'bpmn-icon-user-task', title: 'Add a step that somebody does', action: { dragstart: begin, click: begin } } }
      return { ...mine, ...only(entries, PALETTE) }
    }
  })
  contextPad.registerProvider(AFTER, {
    getContextPadEntries: (element) => (entries) => {
      const kept = only(entries, PAD)
      if (wayOn(element)) delete kept['append.end-event']
      if (!entries['append.append-task']) return kept
      const append = (_event, source) => autoPlace.append(source, step())
      const drag = (event, source) => create.start(event, step(), { source })
      return { 'append.user-task': { group: 'model', className: 'bpmn-icon-user-task', title: 'Add a step that somebody does', action: { click: append, dragstart: drag } }, ...kept }
    },
    getMultiElementContextPadEntries: () => (entries) => only(entries, new Set(['delete']))
  })
  for (const [menu, cut] of [
    ['bpmn-append', follows],
    ['bpmn-create', (entries) => only(entries, CREATED)],
    ['bpmn-replace', replacing]
  ]) {
    popupMenu.registerProvider(menu, AFTER, {
      getPopupMenuEntries: (element) => (entries) => cut(entries, element),
      getPopupMenuHeaderEntries: (element) => (entries) => (is(element, 'bpmn:UserTask') ? only(entries, new Set(['toggle-parallel-mi'])) : {})
    })
  }
}
Offered.$inject = ['palette', 'contextPad', 'popupMenu', 'create', 'elementFactory', 'autoPlace']

function replacing (entries, element) {
  const kept = only(entries, REPLACED)
  const inEventSubProcess = is(element.businessObject?.$parent, 'bpmn:SubProcess')
  if (is(element, 'bpmn:StartEvent') && !inEventSubProcess) delete kept['replace-with-message-start']
  if (is(element, 'bpmn:SequenceFlow') && !is(element.source, 'bpmn:Gateway')) return {}
  return kept
}

export const OfferedModule = {
  __init__: ['roundtableOffered'],
  roundtableOffered: ['type', Offered],
  // Which stage a step is drawn in is seen; bpmn-js would also write it into every step of the drawing that is touched.
  updateCategoryValueRefsBehavior: ['value', null]
}

// The words of bpmn-js where they are those of the notation, not of the people who draw.
const WORDS = {
  'Append element': 'What comes after it', 'Create element': 'Add to the drawing', 'Change element': 'What it is',
  'User task': 'Step that somebody does', 'Service task': 'Work done by the system', 'Business rule task': 'Decision table',
  'Exclusive gateway': 'Choice: one way goes on', 'Inclusive gateway': 'Choice: one or more ways go on',
  'Parallel gateway': 'All ways go on together', 'End event': 'End', 'Start event': 'Start', 'Terminate end event': 'End of everything',
  'Message intermediate catch event': 'Wait for a message', 'Timer intermediate catch event': 'Wait for a time',
  'Message boundary event': 'A message ends the step', 'Timer boundary event': 'A time ends the step',
  'Timer boundary event (non-interrupting)': 'At a time, while the step stays open',
  'Event sub-process': 'Steps that a message starts at any time', 'Message start event': 'Start by a message',
  'Parallel multi-instance': 'One for each of a list', 'Default flow': 'Taken when no other condition holds',
  'Conditional flow': 'Taken when its condition holds', 'Sequence flow': 'Arrow', Tasks: 'Steps', Gateways: 'Ways', Events: 'Starts, waits and ends',
  'Sub-processes': 'At any time', 'Create start event': 'Add a start', 'Create end event': 'Add an end', 'Create gateway': 'Add a choice',
  'Create group': 'Add a stage', 'Append end event': 'End here', 'Append gateway': 'Add a choice', 'Add text annotation': 'Add a note',
  'Connect to other element': 'Draw an arrow', Delete: 'Remove', 'Activate hand tool': 'Move the drawing', 'Activate lasso tool': 'Choose several',
  'Activate create/remove space tool': 'Make room', 'Activate global connect tool': 'Draw an arrow'
}

function translate (template, replacements = {}) {
  return (WORDS[template] ?? template).replace(/{([^}]+)}/g, (_, key) => replacements[key] ?? `{${key}}`)
}

export const WordsModule = { translate: ['value', translate] }

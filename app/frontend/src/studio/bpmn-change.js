// Changes of a diagram beyond a single attribute, each one step for undo.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor'
import { is } from 'bpmn-js/lib/util/ModelUtil'

export const MADE_UP = /^(Activity|Event|Gateway|Flow|Participant|Lane|Group|TextAnnotation)_[0-9a-z]{7}$/

/** Several commands that are undone together: `context.steps` are functions that carry them out. */
function Several () {}
Several.prototype.preExecute = ({ steps }) => { for (const step of steps) step() }

/** A step that got its id from bpmn-js takes one from its first name: the form and the address are called so. */
class Naming extends CommandInterceptor {
  constructor (eventBus, modeling, elementRegistry, commandStack) {
    super(eventBus)
    commandStack.registerHandler('roundtable.several', Several)
    this.postExecuted(['element.updateLabel'], ({ context }) => {
      const element = context.element.labelTarget || context.element
      if (!context.newLabel || !is(element, 'bpmn:FlowNode') || !MADE_UP.test(element.businessObject.id)) return
      const id = freeId(context.newLabel, elementRegistry)
      if (id) modeling.updateProperties(element, { id })
    })
  }
}
Naming.$inject = ['eventBus', 'modeling', 'elementRegistry', 'commandStack']

function freeId (name, registry) {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[^a-z]+|_+$/g, '').slice(0, 40).replace(/_+$/, '')
  if (!plain) return ''
  let id = plain
  for (let number = 2; registry.get(id); number++) id = `${plain}_${number}`
  return id
}

export const NamingModule = { __init__: ['roundtableNaming'], roundtableNaming: ['type', Naming] }

/** What the panel does to the diagram of `modeler`. Every method is one step for undo. */
export class Changes {
  constructor (modeler) {
    for (const name of ['modeling', 'bpmnFactory', 'commandStack', 'elementRegistry', 'canvas']) this[name] = modeler.get(name)
    this.modeler = modeler
  }

  set (element, properties) {
    this.modeling.updateProperties(element, properties)
  }

  inside (element, part, properties) {
    this.modeling.updateModdleProperties(element, part, properties)
  }

  name (element, words) {
    this.modeling.updateLabel(element, words)
  }

  make (type, properties, parent) {
    const made = this.bpmnFactory.create(type, properties)
    made.$parent = parent
    return made
  }

  documentation (element, owner, text) {
    const kept = (owner.get('documentation') || []).slice(1)
    const documentation = text ? [this.make('bpmn:Documentation', { text }, owner), ...kept] : kept
    this.inside(element, owner, { documentation })
  }

  condition (flow, body) {
    const conditionExpression = body ? this.make('bpmn:FormalExpression', { body }, flow.businessObject) : undefined
    this.set(flow, { conditionExpression })
  }

  /** The flow that is taken when no condition holds; it has none of its own. */
  otherwise (gateway, flow) {
    this.commandStack.execute('roundtable.several', {
      steps: [
        () => { if (flow?.businessObject.conditionExpression) this.set(flow, { conditionExpression: undefined }) },
        () => this.set(gateway, { default: flow?.businessObject })
      ]
    })
  }

  timer (element, definition, kind, body) {
    const empty = { timeDuration: undefined, timeDate: undefined, timeCycle: undefined }
    this.inside(element, definition, { ...empty, [kind]: this.make('bpmn:FormalExpression', { body }, definition) })
  }

  message (element, definition, name) {
    const definitions = this.modeler.getDefinitions()
    const known = definitions.get('rootElements').find((each) => each.$type === 'bpmn:Message' && each.name === name)
    const made = name && !known ? this.make('bpmn:Message', { id: `message_${name}`, name }, definitions) : null
    this.commandStack.execute('roundtable.several', {
      steps: [
        () => { if (made) this.inside(element, definitions, { rootElements: [...definitions.rootElements, made] }) },
        () => this.inside(element, definition, { messageRef: known ?? made ?? undefined })
      ]
    })
  }

  inputs (element, pairs) {
    const owner = element.businessObject
    const others = (owner.extensionElements?.values || []).filter((each) => each.$type !== 'roundtable:Input')
    const extension = this.make('bpmn:ExtensionElements', {}, owner)
    const inputs = pairs.filter(([name]) => name).map(([name, value]) => this.make('roundtable:Input', { name, value }, extension))
    extension.values = [...others, ...inputs]
    this.set(element, { extensionElements: extension.values.length ? extension : undefined })
  }

  each (element, wanted) {
    const loop = wanted ? this.make('bpmn:MultiInstanceLoopCharacteristics', { isSequential: false }, element.businessObject) : undefined
    this.set(element, { loopCharacteristics: loop })
  }

  /** A new step on an arrow, with room made for it where the arrow is short. */
  putOn (flow) {
    return this.modeler.get('roundtableInserting').putOn(flow)
  }

  connect (element, target) {
    this.modeling.connect(element, this.elementRegistry.get(target))
  }
}

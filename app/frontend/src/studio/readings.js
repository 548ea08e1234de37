// What a sentence or a clause means, said beside the field while it is typed.

/** A deadline read by the server: what it says, or what is wrong with it. */
export async function sentenceOf (text, repeats = false) {
  if (!text) return ''
  const asked = new URLSearchParams({ sentence: text, ...(repeats ? { repeats: 'yes' } : {}) })
  try {
    const answer = await fetch(`/studio/deadline?${asked}`, { credentials: 'same-origin', headers: { Accept: 'application/json' } })
    return answer.ok ? (await answer.json()).words : ''
  } catch {
    return '' // without the server there is no reading; the checks look at it when it is saved
  }
}

/** The policy's clauses in a few words each. */
export function clauseWords (text, clauses) {
  return text.split(/[\s,]+/).filter(Boolean).map((clause) => `${clause}: ${clauses[clause] ?? 'not a clause that is known here'}`).join('; ')
}

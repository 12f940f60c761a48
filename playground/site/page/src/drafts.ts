// Unsaved work survives a reload and going to another lesson and back. One tab's drafts are its own.
import { fromUntrusted, type Program } from './program.ts';

const key = (id: string): string => `draft:${id}`;

export function saveDraft(program: Program): void {
  try {
    sessionStorage.setItem(key(program.id), JSON.stringify(program));
  } catch {
    // No room or not allowed: then there is no draft.
  }
}

export function loadDraft(id: string): Program | null {
  try {
    const program = fromUntrusted(JSON.parse(sessionStorage.getItem(key(id)) ?? 'null'));
    return program && program.id === id ? program : null;
  } catch {
    return null;
  }
}

export function dropDraft(id: string): void {
  try {
    sessionStorage.removeItem(key(id));
  } catch {
    // There was none, then.
  }
}

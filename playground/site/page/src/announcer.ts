import { byId } from './dom.ts';

const region = byId('announcer', HTMLElement);

/** Says TEXT to a screen reader, once and politely. Output itself is never said line by line: it could be a million. */
export function announce(text: string): void {
  // The same words again would not be a change.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

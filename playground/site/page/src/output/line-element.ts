import type { Line } from './line-window.ts';
import { findPlaces, type Place } from './places.ts';
import { plain, type Style } from './style.ts';

export interface Links {
  exists(path: string): boolean;
  open(place: Place): void;
}

/** What a line looks like. Everything of the program's is a text node: there is no way from here to HTML. */
export function fillLine(element: HTMLElement, line: Line, links: Links): void {
  const children: Node[] = [];
  for (const span of line.spans) {
    const nodes = findPlaces(span.text, links.exists).map((part) =>
      typeof part === 'string' ? document.createTextNode(part) : placeButton(part.text, part.place, links),
    );
    if (span.style === plain) children.push(...nodes);
    else children.push(styled(span.style, nodes));
  }
  element.replaceChildren(...children);
}

function placeButton(text: string, place: Place, links: Links): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'place';
  button.textContent = text;
  button.title = `Go to line ${place.line} of ${place.path}`;
  button.addEventListener('click', () => links.open(place));
  return button;
}

function styled(style: Style, nodes: Node[]): HTMLElement {
  const span = document.createElement('span');
  const { bold, dim, italic, underline, strike, inverse } = style;
  const flags = { bold, dim, italic, underline, strike, inverse };
  for (const [name, on] of Object.entries(flags)) if (on) span.classList.add(name);
  const [foreground, background] = inverse
    ? [style.background, style.foreground]
    : [style.foreground, style.background];
  if (typeof foreground === 'number') span.classList.add(`fg-${foreground}`);
  else if (foreground) span.style.color = foreground;
  if (typeof background === 'number') span.classList.add(`bg-${background}`);
  else if (background) span.style.backgroundColor = background;
  span.append(...nodes);
  return span;
}

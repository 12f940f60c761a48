import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { look } from './highlight.ts';
import { typedOver } from './typed-over.ts';

function language(path: string): Extension {
  if (/\.json$/.test(path)) return json();
  if (/\.[cm]?ts$/.test(path)) return javascript({ typescript: true });
  return /\.[cm]?js$/.test(path) ? javascript() : [];
}

/**
 * The code editor: one view, and for each file a state with its own undo history. It lives in a shadow root, because
 * there its style sheets are constructed ones; in the document they would be inline, which the site's policy forbids.
 */
export class Editor {
  readonly #view: EditorView;
  readonly #changed: () => void;
  #path = '';

  constructor(host: HTMLElement, changed: () => void) {
    this.#changed = changed;
    const root = host.attachShadow({ mode: 'open' });
    this.#view = new EditorView({ parent: root, root, state: EditorState.create() });
  }

  newState(path: string, content: string): EditorState {
    return EditorState.create({
      doc: content,
      extensions: [
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSpecialChars(),
        highlightSelectionMatches(),
        history(),
        drawSelection(),
        indentOnInput(),
        typedOver,
        bracketMatching(),
        closeBrackets(),
        autocompletion({ activateOnTyping: false }),
        EditorState.tabSize.of(2),
        language(path),
        look,
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...completionKeymap,
          indentWithTab,
        ]),
        EditorView.contentAttributes.of({
          'aria-label': `Code of ${path}. Tab indents; Escape, then Tab, leaves the editor.`,
          tabindex: '0',
        }),
        EditorView.updateListener.of((update) => update.docChanged && this.#changed()),
      ],
    });
  }

  get state(): EditorState {
    return this.#view.state;
  }

  show(path: string, state: EditorState): void {
    this.#path = path;
    this.#view.setState(state);
  }

  get path(): string {
    return this.#path;
  }

  focus(): void {
    this.#view.focus();
  }

  /** Puts the cursor at LINE and COLUMN, counted from 1, and shows it. */
  goTo(line: number, column: number): void {
    const { doc } = this.#view.state;
    const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
    const position = Math.min(from + Math.max(column - 1, 0), to);
    this.#view.dispatch({
      selection: { anchor: position },
      effects: EditorView.scrollIntoView(position, { y: 'center' }),
    });
    this.focus();
  }
}

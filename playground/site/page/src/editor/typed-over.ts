import { EditorView } from '@codemirror/view';

/**
 * Typing over a selection is done here, before the browser does it: Chromium would keep the look of what it removes with a
 * style attribute, and the site's policy forbids those. The result is the same, but each time it would be reported.
 */
export const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main, ranges } = view.state.selection;
    if (event.inputType !== 'insertText' || event.isComposing || !event.data || main.empty || ranges.length > 1)
      return false;
    const text = event.data;
    const insert = () =>
      view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true });
    const handled = view.state
      .facet(EditorView.inputHandler)
      .some((handler) => handler(view, main.from, main.to, text, insert));
    if (!handled) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

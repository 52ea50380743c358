// Makes the page's Elsa Studio element and gives it its surroundings. Loaded before Studio itself.
(() => {
  'use strict';

  const place = document.getElementById('studio');
  const open = path => location.assign(path);
  const editWorkflow = id => open(`/workflows/definitions/${encodeURIComponent(id)}/edit`);
  const viewRun = id => open(`/workflows/instances/${encodeURIComponent(id)}/view`);

  const make = tag => {
    const element = document.createElement(tag);
    element.setAttribute('remote-endpoint', `${location.origin}/elsa/api`);
    // Studio knows of tenants only, but sends along what it is told of them: here, which page it is that edits.
    element.setAttribute('tenant-id-header-name', 'X-Dag-Editor');
    element.setAttribute('tenant-id', crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2));
    return element;
  };

  // Studio moves within itself with pushState, which shows nothing here: another page's address becomes a load of that page.
  const hook = name => {
    const original = history[name].bind(history);
    history[name] = (state, unused, url) => {
      const target = url ? new URL(url, document.baseURI) : null;
      if (target && target.origin === location.origin && target.pathname !== location.pathname) {
        open(target.href);
      } else {
        original(state, unused, url);
      }
    };
  };
  hook('pushState');
  hook('replaceState');

  // Studio asks its code editor for the light theme always.
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const dress = editor => {
    const setTheme = editor.setTheme.bind(editor);
    const create = editor.create.bind(editor);
    const follow = () => setTheme(dark.matches ? 'vs-dark' : 'vs');
    editor.setTheme = follow;
    editor.create = (...given) => {
      const made = create(...given);
      follow();
      return made;
    };
    dark.addEventListener('change', follow);
  };
  Object.defineProperty(window, 'monaco', {
    configurable: true,
    set: monaco => {
      Object.defineProperty(window, 'monaco', { configurable: true, enumerable: true, value: monaco, writable: true });
      dress(monaco.editor);
    },
  });

  // Assignments before an element is defined are lost, so each callback waits for it.
  const tag = place.dataset.element;
  const element = make(tag);
  if (place.dataset.attribute) {
    element.setAttribute(place.dataset.attribute, place.dataset.value);
  }

  customElements.whenDefined(tag).then(() => {
    place.replaceChildren(element);
    element.editWorkflowDefinition = editWorkflow;
    element.viewWorkflowInstance = viewRun;
  });
  document.body.insertBefore(make('elsa-backend-provider'), place);
})();

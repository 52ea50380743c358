// Makes the page's Elsa Studio element and gives it its surroundings. Loaded before Studio itself.
(() => {
  'use strict';

  const place = document.getElementById('studio');
  const provider = document.createElement('elsa-backend-provider');
  // The pages that hold an element of Studio. From one to the other Studio stays loaded: to start it takes seconds.
  const pages = /^\/workflows(\/definitions\/[^/]+\/edit|\/instances(\/[^/]+\/view)?)?$/;
  const isPage = url => url.origin === location.origin && pages.test(url.pathname);
  // Studio does nothing more after an error that it could not handle.
  const works = () => made !== null && document.getElementById('blazor-error-ui').style.display !== 'block';
  const open = url => works() ? Blazor.navigateTo(url) : location.assign(url);
  const editWorkflow = id => open(`/workflows/definitions/${encodeURIComponent(id)}/edit`);
  const viewRun = id => open(`/workflows/instances/${encodeURIComponent(id)}/view`);

  let path = location.pathname;
  // What Studio has made for the page's element: a promise of it. Until that is disposed of, Studio cannot show another.
  let made = null;

  const connect = (element, editor) => {
    element.setAttribute('remote-endpoint', `${location.origin}/elsa/api`);
    // Studio knows of tenants only, but sends along what it is told of them: here, which page it is that edits.
    element.setAttribute('tenant-id-header-name', 'X-Dag-Editor');
    element.setAttribute('tenant-id', editor);
  };

  // Shows the element that a page names.
  const show = async ({ element: tag, attribute, value }) => {
    const shown = path;
    const editor = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
    connect(provider, editor);
    await customElements.whenDefined(tag);
    if (path !== shown) {
      return;
    }

    const element = document.createElement(tag);
    connect(element, editor);
    if (attribute) {
      element.setAttribute(attribute, value);
    }

    const roots = Blazor.rootComponents;
    const add = roots.add;
    roots.add = (target, ...more) => {
      const component = add.call(roots, target, ...more);
      if (target === element) {
        made = component;
        roots.add = add;
      }

      return component;
    };
    place.replaceChildren(element);
    // Before an element is defined they would be lost.
    element.editWorkflowDefinition = editWorkflow;
    element.viewWorkflowInstance = viewRun;
  };

  const read = async target => {
    const response = await fetch(target);
    return response.ok && !response.redirected ? new DOMParser().parseFromString(await response.text(), 'text/html') : null;
  };

  // Turns to the page of the address as it is now, which the service describes.
  const turn = async () => {
    if (path === location.pathname) {
      return;
    }

    const target = path = location.pathname;
    const left = works() ? made : null;
    made = null;
    const next = left && await Promise.all([read(target), left.then(component => component.dispose())]).then(([page]) => page, () => null);
    if (path !== target) {
      return;
    }

    const main = next?.getElementById('studio');
    if (main?.dataset.activities !== place.dataset.activities) {
      // The activities are not those that Studio knows; or the service asks for its key, or does not answer; or Studio is broken.
      location.replace(location.href);
      return;
    }

    document.title = next.title;
    document.querySelector('header').replaceWith(next.querySelector('header'));
    scrollTo(0, 0);
    await show(main.dataset);
  };

  // Studio moves within itself with these, and knows nothing of the pages around its elements.
  const hook = name => {
    const original = history[name].bind(history);
    history[name] = (state, unused, url) => {
      const target = new URL(url ?? location.href, document.baseURI);
      if (target.pathname !== location.pathname && !isPage(target)) {
        location.assign(target);
        return;
      }

      original(state, unused, url);
      // Not before Studio has heard of it.
      queueMicrotask(turn);
    };
  };
  hook('pushState');
  hook('replaceState');
  addEventListener('popstate', turn);
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href]');
    const target = link && new URL(link.getAttribute('href'), document.baseURI);
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey && !event.defaultPrevented;
    if (link && plain && !link.hasAttribute('target') && !link.hasAttribute('download') && isPage(target) && works()) {
      event.preventDefault();
      open(target.href);
    }
  });

  // Studio asks its code editor for the light theme always.
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const dress = editor => {
    const setTheme = editor.setTheme.bind(editor);
    const create = editor.create.bind(editor);
    const follow = () => setTheme(dark.matches ? 'vs-dark' : 'vs');
    editor.setTheme = follow;
    editor.create = (...given) => {
      const created = create(...given);
      follow();
      return created;
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

  document.body.insertBefore(provider, place);
  show(place.dataset);
})();

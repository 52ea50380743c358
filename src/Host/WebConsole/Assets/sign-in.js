// Sends the key as JSON, so that no page of another site can, and goes where the user wanted to go.
(() => {
  'use strict';

  const form = document.getElementById('sign-in');
  const wrong = form.querySelector('.wrong');

  form.addEventListener('submit', async event => {
    event.preventDefault();
    wrong.textContent = '';
    try {
      const answer = await fetch('/sign-in', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ key: document.getElementById('key').value }),
      });
      if (answer.ok) {
        const to = new URL(new URLSearchParams(location.search).get('to') || '/', location.origin);
        location.replace(to.origin === location.origin ? to.href : '/');
      } else {
        wrong.textContent = answer.status === 401 ? 'This is not the key.' : `The service answered ${answer.status}.`;
      }
    } catch {
      wrong.textContent = 'The service does not answer.';
    }
  });
})();

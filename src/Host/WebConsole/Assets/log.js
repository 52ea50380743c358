// Shows the log of a run, as it is and as it comes.
(() => {
  'use strict';

  // What a browser shows without becoming slow; the earlier lines of a longer log are in the download.
  const MOST_ROWS = 5000;
  const LEVELS = ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical'];

  const place = document.getElementById('log');
  const state = place.querySelector('.state');
  const body = place.querySelector('tbody');
  const { activity, level, text } = place.querySelector('form').elements;
  const url = `/api/v1/runs/${encodeURIComponent(place.dataset.run)}/logs`;

  let waiting = [];
  let left = 0;
  let says = '';

  const say = sentence => {
    says = sentence ?? says;
    state.textContent = left ? `${says} The first ${left.toLocaleString('en')} lines are in the download only.` : says;
  };

  const cell = (row, content, className) => {
    const made = row.insertCell();
    made.textContent = content ?? '';
    made.className = className;
    return made;
  };

  const isShown = row => (!activity.value || row.dataset.activity === activity.value)
    && (!level.value || Number(row.dataset.level) >= LEVELS.indexOf(level.value))
    && (!text.value || row.textContent.toLowerCase().includes(text.value.toLowerCase()));

  const makeRow = line => {
    const row = document.createElement('tr');
    row.dataset.activity = line.activity ?? '';
    row.dataset.level = LEVELS.indexOf(line.level);
    const at = new Date(line.at);
    // The day, the time of day and milliseconds, here where the page is read.
    const time = cell(row, `${at.toLocaleDateString('en-CA')} ${at.toLocaleTimeString('en-GB')}.${String(at.getMilliseconds()).padStart(3, '0')}`, 'time');
    time.title = line.at;
    cell(row, line.level, 'level');
    cell(row, line.activity, 'activity');
    cell(row, line.attempt, 'attempt');
    const message = cell(row, line.message, 'message');
    if (line.exception) {
      const details = message.appendChild(document.createElement('details'));
      details.appendChild(document.createElement('summary')).textContent = 'Exception';
      details.appendChild(document.createElement('pre')).textContent = line.exception;
    }

    if (line.activity && ![...activity.options].some(o => o.value === line.activity)) {
      activity.add(new Option(line.activity));
    }

    row.hidden = !isShown(row);
    return row;
  };

  // Many lines come at once: they are drawn together.
  const draw = () => {
    const follows = innerHeight + scrollY >= document.body.scrollHeight - 40;
    body.append(...waiting.splice(0).slice(-MOST_ROWS).map(makeRow));
    while (body.rows.length > MOST_ROWS) {
      body.deleteRow(0);
    }

    say();
    if (follows) {
      scrollTo(0, document.body.scrollHeight);
    }
  };

  const add = line => {
    if (!waiting.length) {
      requestAnimationFrame(draw);
    }

    waiting.push(line);
    left += body.rows.length + waiting.length > MOST_ROWS ? 1 : 0;
  };

  place.querySelector('form').addEventListener('input', () => {
    for (const row of body.rows) {
      row.hidden = !isShown(row);
    }
  });

  const source = new EventSource(`${url}?follow=true`);
  source.addEventListener('open', () => say('The run goes on; what it logs is shown within a second.'));
  source.addEventListener('message', event => add(JSON.parse(event.data)));
  source.addEventListener('end', event => {
    source.close();
    const { subStatus } = JSON.parse(event.data);
    say(subStatus ? `The run is over: ${subStatus}.` : 'The run has been deleted.');
  });
  source.addEventListener('error', async () => {
    if (source.readyState !== EventSource.CLOSED) {
      say('The service does not answer; trying again.');
      return;
    }

    // A stream that is refused does not say why.
    try {
      const answer = await fetch(url, { headers: { Accept: 'application/json' } });
      say(answer.ok ? 'The service ended the log; reload the page.' : (await answer.json()).detail ?? `The service answered ${answer.status}.`);
    } catch {
      say('The service does not answer; reload the page.');
    }
  });
})();

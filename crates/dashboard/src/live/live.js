'use strict';

// The token stays in this variable: it is not stored, and leaves the address bar at once.
let token = '';
let source = null;
let lastId = '';
let pause = 500;
let timer = 0;
const MOST = 100;
const byId = (id) => document.getElementById(id);

function state(text) {
  byId('state').textContent = text;
}

async function call(method, path) {
  const response = await fetch('/api/v1/notifications' + path, {
    method,
    headers: { authorization: 'Bearer ' + token },
  });
  const text = await response.text();
  let body = {};
  try {
    body = JSON.parse(text);
  } catch (error) {
    // An answer that is not JSON comes from a proxy.
  }
  if (!response.ok) {
    const problem = new Error(body.detail || response.status + ' ' + response.statusText);
    problem.status = response.status;
    throw problem;
  }
  return body;
}

function counts(unread, total) {
  byId('unread').textContent = unread;
  byId('total').textContent = total;
  document.title = unread > 0 ? '(' + unread + ') Live inbox' : 'Live inbox';
  byId('empty').hidden = total > 0;
}

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className || '';
  return made;
}

function markRead(item) {
  item.classList.remove('unread');
  const button = item.querySelector('button');
  if (button) button.remove();
}

function card(notification) {
  const item = document.createElement('li');
  item.dataset.id = notification.id;
  item.dataset.type = notification.notification_type;
  item.dataset.created = notification.created_at;
  item.append(element('h2', notification.title || notification.notification_type));
  const text = notification.body || JSON.stringify(notification.content);
  item.append(element('p', text));
  const when = new Date(notification.created_at).toLocaleString();
  item.append(element('p', notification.notification_type + ', ' + when, 'about'));
  if (!notification.is_read) {
    item.classList.add('unread');
    const button = element('button', 'Mark as read');
    button.type = 'button';
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        await call('PUT', '/' + notification.id + '/read');
        markRead(item);
      } catch (problem) {
        state(problem.message);
        button.disabled = false;
      }
    });
    item.append(button);
  }
  return item;
}

function place(notification) {
  const items = byId('items');
  const old = items.querySelector('[data-id="' + CSS.escape(notification.id) + '"]');
  const made = card(notification);
  if (old) {
    old.replaceWith(made);
    return;
  }
  // Newest first: ids are ordered by time.
  const next = [...items.children].find((item) => item.dataset.id < notification.id);
  items.insertBefore(made, next || null);
  while (items.children.length > MOST) items.lastElementChild.remove();
}

async function loadList() {
  const page = await call('GET', '?limit=50');
  byId('items').replaceChildren(...page.notifications.map(card));
  if (page.notifications.length > 0 && page.notifications[0].id > lastId) {
    lastId = page.notifications[0].id;
  }
  byId('empty').hidden = page.total > 0;
}

function onRead(data) {
  const wanted = new Set(data.ids || []);
  const before = data.all ? Date.parse(data.before) : 0;
  for (const item of byId('items').children) {
    const ofType = !data.notification_type || data.notification_type === item.dataset.type;
    const isBefore = Date.parse(item.dataset.created) < before;
    if (wanted.has(item.dataset.id) || (ofType && isBefore)) markRead(item);
  }
}

function listen(name, handle) {
  source.addEventListener(name, (event) => {
    if (event.lastEventId) lastId = event.lastEventId;
    try {
      handle(JSON.parse(event.data));
    } catch (error) {
      console.error(error);
    }
  });
}

async function open() {
  clearTimeout(timer);
  if (source) source.close();
  try {
    // EventSource would reconnect with the same ticket, which is used up; so each connection gets a new one.
    const { ticket } = await call('POST', '/stream-ticket');
    let address = '/api/v1/notifications/stream?ticket=' + encodeURIComponent(ticket);
    if (lastId) address += '&since=' + encodeURIComponent(lastId);
    source = new EventSource(address);
  } catch (problem) {
    if (problem.status === 401 || problem.status === 403) {
      state(problem.message);
      return;
    }
    again(problem.message);
    return;
  }
  listen('connection', (data) => {
    pause = 500;
    state('Connected as ' + data.user_id);
    counts(data.unread, data.total);
  });
  listen('notification', place);
  listen('read', onRead);
  listen('count', (data) => counts(data.unread, data.total));
  listen('gap', () => loadList().catch((problem) => state(problem.message)));
  source.addEventListener('error', () => {
    source.close();
    again('Connection lost');
  });
}

function again(why) {
  const wait = pause * (1 + Math.random() / 2);
  pause = Math.min(pause * 2, 30000);
  state(why + '; trying again in ' + (wait / 1000).toFixed(1) + ' s');
  timer = setTimeout(open, wait);
}

async function connect(given) {
  token = given.trim();
  lastId = '';
  state('Connecting');
  try {
    await loadList();
  } catch (problem) {
    state(problem.message);
    return;
  }
  byId('connect').hidden = true;
  await open();
}

byId('connect').addEventListener('submit', (event) => {
  event.preventDefault();
  connect(byId('token').value);
});

const given = new URLSearchParams(location.hash.slice(1)).get('token');
if (given) {
  history.replaceState(null, '', location.pathname);
  connect(given);
}

'use strict';

// Starts the page. An operation on one notification, fan-out or device needs an id that a fresh server does not have. So the
// page offers an example id, and when it is sent untouched, first makes what it stands for: for the user of the token alone.
const EXAMPLE = '00000000-0000-7000-8000-000000000000';
const DOCUMENT = '/api/v1/openapi.json';
const NOTIFICATIONS = '/api/v1/notifications';
const TOPIC = 'docs:example';

/** A call with the credentials of the form. */
async function call(method, path, headers, body) {
  const response = await fetch(path, {
    method,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(method + ' ' + path + ': ' + (await response.text()));
  return response.json();
}

/** The user that a token names. */
function userOf(headers) {
  const claims = headers.Authorization.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
  return JSON.parse(atob(claims)).sub;
}

/** Each makes one thing for a user and returns its id. */
const make = {
  async notification(user, headers, fields) {
    const text = { title: 'From the API page', body: 'The page sent it, so that an example has something to work on.' };
    const body = { notification_type: 'docs_example', recipients: [user], channels: ['in_app'], content: {}, ...text, ...fields };
    return (await call('POST', NOTIFICATIONS, headers, body)).notifications[0].id;
  },
  async fanout(user, headers) {
    await call('PUT', '/api/v1/topics/' + TOPIC + '/subscribers', headers, { user_ids: [user] });
    const body = { notification_type: 'docs_example', topic: TOPIC, channels: ['in_app'], content: {} };
    return (await call('POST', NOTIFICATIONS, headers, body)).fanout_id;
  },
  async device(user, headers) {
    const body = { kind: 'token', value: 'docs-example', platform: 'web' };
    return (await call('POST', '/api/v1/devices', headers, body)).id;
  },
  async apiKey(user, headers) {
    const body = { name: 'From the API page', scopes: ['viewer'] };
    return (await call('POST', '/api/v1/admin/api-keys', headers, body)).id;
  },
  async ingestAddress(user, headers) {
    const body = { kind: 'apprise', name: 'From the API page', recipients: [user] };
    return (await call('POST', '/api/v1/admin/ingest-addresses', headers, body)).address.id;
  },
};

function made(path, user, headers) {
  if (path.startsWith('/api/v1/fanouts/')) return make.fanout(user, headers);
  if (path.startsWith('/api/v1/devices/')) return make.device(user, headers);
  if (path.startsWith('/api/v1/admin/api-keys/')) return make.apiKey(user, headers);
  if (path.startsWith('/api/v1/admin/ingest-addresses/')) return make.ingestAddress(user, headers);
  // What was sent cannot be cancelled.
  const inAnHour = new Date(Date.now() + 3600000).toISOString();
  return make.notification(user, headers, path.endsWith('/cancel') ? { send_at: inAnHour } : {});
}

async function beforeRequest(request) {
  if (!request.url.includes(EXAMPLE)) return request;
  const headers = { Authorization: (request.headers || {}).Authorization || '' };
  const { pathname } = new URL(request.url, location.href);
  try {
    request.url = request.url.replace(EXAMPLE, await made(pathname, userOf(headers), headers));
  } catch (error) {
    // Without a token, or with one of too few scopes, the example's call is made as it is: the answer says what is missing.
    console.warn('The example cannot be made.', error);
  }
  return request;
}

/** Gives every id without an example the page's own. */
function withExamples(document) {
  for (const calls of Object.values(document.paths)) {
    for (const parameter of Object.values(calls).flatMap((one) => one.parameters || [])) {
      if (parameter.in !== 'path' || parameter.name !== 'id' || parameter.example) continue;
      parameter.example = EXAMPLE;
      const note = 'The example id stands for one that this page makes first (scopes `inbox` and `notifications:send`)';
      parameter.description = (parameter.description || 'Its id') + '. ' + note;
    }
  }
  return document;
}

window.addEventListener('load', async () => {
  const spec = withExamples(await (await fetch(DOCUMENT)).json());
  window.ui = SwaggerUIBundle({
    spec,
    dom_id: '#swagger-ui',
    deepLinking: true,
    // A validator would send the document to another server.
    validatorUrl: 'none',
    presets: [SwaggerUIBundle.presets.apis],
    requestInterceptor: beforeRequest,
  });
});

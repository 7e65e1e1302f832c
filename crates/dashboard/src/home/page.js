// The first page of `campanile up`: signs in with the code of the printed link, sends, and shows what became of it.
import { Campanile } from "/assets/campanile-inbox.js";
import { drawTimeline, isFinal } from "/assets/timeline.js";

/** The token lives as long as the tab. */
const KEY = "campanile-token";
/** Timelines that are not final are read again after these waits, in milliseconds; then by hand, with a reload. */
const WAITS = [150, 250, 400, 700, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/** Entries of the list of what was sent. */
const SHOWN = 20;

const find = (id) => document.getElementById(id);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function start() {
  const code = new URLSearchParams(location.hash.slice(1)).get("start");
  if (code !== null) {
    // The link works once; it must not stay in the history.
    history.replaceState(null, "", location.pathname);
    const response = await fetch("/sign-in", { method: "POST", body: code });
    if (response.ok) sessionStorage.setItem(KEY, JSON.stringify(await response.json()));
    else return signOut("The link has been used, or belongs to an earlier start of the server.");
  }
  const kept = sessionStorage.getItem(KEY);
  if (kept === null) return signOut("Open the link that `campanile up` printed. It works once.");
  signIn(JSON.parse(kept));
}

function signOut(why) {
  sessionStorage.removeItem(KEY);
  find("why").textContent = why;
  find("signed-out").hidden = false;
  find("signed-in").hidden = true;
  for (const id of ["bell", "list"]) find(id).signOut();
}

function signIn({ token, user }) {
  const client = new Campanile({ baseUrl: location.origin, token: () => token });
  find("signed-out").hidden = true;
  find("signed-in").hidden = false;
  for (const id of ["bell", "list"]) {
    const inbox = find(id);
    inbox.token = () => token;
    inbox.addEventListener("campanile-error", ({ detail }) => {
      if (detail.status === 401) signOut("The token has expired, or belongs to another server.");
    });
  }
  const form = find("send-form");
  form.elements.recipient.value = user;
  form.onsubmit = (event) => {
    event.preventDefault();
    void send(client, form);
  };
}

async function send(client, form) {
  const { recipient, notification_type, priority, title, body } = Object.fromEntries(new FormData(form));
  const problem = find("problem");
  problem.textContent = "";
  try {
    const accepted = await client.send({
      notification_type,
      recipients: [recipient],
      priority,
      content: {},
      ...(title && { title }),
      ...(body && { body }),
    });
    await follow(client, title || notification_type, accepted.notifications[0].id);
  } catch (error) {
    const fields = error.problem?.errors?.map(({ field, detail }) => `${field}: ${detail}`);
    problem.textContent = fields?.join(" ") || error.message;
  }
}

/** Shows the way of a notification, and draws it again until it has ended. */
async function follow(client, title, id) {
  find("nothing-sent").hidden = true;
  const list = find("sent");
  let entry = document.createElement("li");
  list.prepend(entry);
  while (list.children.length > SHOWN) list.lastElementChild.remove();
  for (const ms of WAITS) {
    await wait(ms);
    if (!entry.isConnected) return;
    const timeline = await client.timeline(id);
    const drawn = drawTimeline(title, timeline);
    entry.replaceWith(drawn);
    entry = drawn;
    if (isFinal(timeline)) return;
  }
}

find("token-form").onsubmit = (event) => {
  event.preventDefault();
  const token = new FormData(event.target).get("token").trim();
  let user = "alice";
  try {
    user = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub;
  } catch {
    // An API key names no user.
  }
  sessionStorage.setItem(KEY, JSON.stringify({ token, user }));
  signIn({ token, user });
};

await start();

const byId = (id) => document.getElementById(id);
const inbox = document.querySelector("campanile-inbox");

async function call(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(await response.text());
  return response;
}

function row({ author, text, at }) {
  const item = document.createElement("li");
  const name = document.createElement("b");
  name.textContent = author;
  const time = document.createElement("time");
  time.dateTime = at;
  time.textContent = new Date(at).toLocaleTimeString([], { timeStyle: "short" });
  const words = document.createElement("p");
  words.textContent = text;
  item.append(name, " ", time, words);
  return item;
}

async function showMessages() {
  const messages = await (await call("/messages")).json();
  byId("messages").replaceChildren(...messages.map(row));
  byId("messages").lastElementChild?.scrollIntoView({ block: "nearest" });
}

byId("write").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await call("/messages", { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
    event.target.reset();
    byId("fault").textContent = "";
    await showMessages();
  } catch (error) {
    byId("fault").textContent = error.message;
  }
});

// A notification of a message says that there is one: no second channel is needed to show it.
inbox.addEventListener("campanile-notification", ({ detail }) => {
  if (detail.notification_type === "new_message") showMessages();
});

// A click on a notification leads to its room.
inbox.addEventListener("campanile-open", (event) => {
  event.preventDefault();
  inbox.hide();
  byId("room").focus();
});

byId("sign-out").addEventListener("click", async () => {
  inbox.signOut();
  await call("/sign-out", { method: "POST" });
  location.reload();
});

const response = await fetch("/me");
if (response.ok) {
  const { name, room } = await response.json();
  byId("who").textContent = name;
  byId("room-name").textContent = room.name;
  byId("account").hidden = false;
  byId("room").hidden = false;
  // The element is given its token when there is a user to ask one for.
  inbox.setAttribute("token-url", "/notification-token");
  await showMessages();
} else {
  byId("sign-in").hidden = false;
  byId("name").focus();
}
